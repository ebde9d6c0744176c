import { Modal, Stack, Switch, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { Organisation, OutgoingLine } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { useReasonWords } from "../../parts/payout/useReasonWords";
import { Scroll } from "../../parts/Scroll";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./Payments.module.css";

const TONES: Record<OutgoingLine["outcome"], Tone> = {
  confirmed: "good",
  known: "mute",
  other_amount: "warn",
  contradicts: "bad",
  unknown: "calm",
};

/** Lines of a statement that are money going out, each with what it says of our payouts. */
export function OutgoingLines({ lines }: { lines: readonly OutgoingLine[] }) {
  const { t, format } = useText();
  const reason = useReasonWords();
  return (
    <Scroll label={t("outgoing.lines")}>
      <Table className={classes.table} aria-label={t("outgoing.lines")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("outgoing.what")}</Table.Th>
            <Table.Th>{t("outgoing.payout")}</Table.Th>
            <Table.Th>{t("outgoing.outcome")}</Table.Th>
            <Table.Th className={classes.figure}>{t("incoming.amount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.key}>
              <Table.Td>
                {line.payee ?? t(`outgoing.way.${line.way}`)}
                <span className={classes.detail}>
                  {[line.payee && t(`outgoing.way.${line.way}`), format.date(line.bookedOn), line.account]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
                {line.reasonCode && (
                  <span className={classes.detail}>{reason(line.reasonCode, undefined)}</span>
                )}
              </Table.Td>
              <Table.Td className={classes.reference}>
                {line.payoutId ? (
                  <Link to="/payouts" search={{ open: line.payoutId }}>
                    {line.endToEndId}
                  </Link>
                ) : (
                  (line.endToEndId ?? line.messageId ?? t("outgoing.noName"))
                )}
                {line.payoutFileId && <span className={classes.detail}>{t("outgoing.ofFile")}</span>}
              </Table.Td>
              <Table.Td>
                <StateBadge tone={TONES[line.outcome]}>{t(`outgoing.outcome.${line.outcome}`)}</StateBadge>
              </Table.Td>
              <Table.Td className={classes.figure}>
                {format.money(
                  line.way === "out" ? -line.amount.minor : line.amount.minor,
                  line.amount.currency,
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

/** What went out of the account by the statements that were taken in: first of all what belongs to no payout. */
export function OutgoingDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const { t } = useText();
  useFocusGivenBack();
  const [all, setAll] = useState(false);
  const read = api.useQuery("get", "/outgoing-lines", {
    params: { query: { organisationId: organisation.id, unmatched: !all } },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("outgoing.title")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p className={classes.line}>{t("outgoing.words")}</p>
        <Switch
          label={t("outgoing.all")}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
        <Loaded query={read}>
          {({ items }) =>
            items.length === 0 ? (
              <p className={classes.line}>{t(all ? "outgoing.none" : "outgoing.noneUnmatched")}</p>
            ) : (
              <OutgoingLines lines={items} />
            )
          }
        </Loaded>
      </Stack>
    </Modal>
  );
}

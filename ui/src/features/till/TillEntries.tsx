import { ActionIcon, Anchor, Group, Modal, Table } from "@mantine/core";
import { IconArrowBackUp, IconReceipt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { OpenTill, TillEntry } from "../../api/views";
import { useText } from "../../i18n/text";
import { PostedNow } from "../../parts/Posted";
import { Scroll } from "../../parts/Scroll";
import { useOpenFile } from "../../parts/useOpenFile";
import classes from "./Till.module.css";

/** What takes back an entry, of those that can be taken back. */
const BACK = { taken: "taken_back", paid_out: "came_back" } as const;

/** What was taken in a till, paid out of it and taken back, the latest first. */
export function TillEntries({
  till,
  onTakeBack,
}: {
  till: OpenTill;
  onTakeBack: (entry: TillEntry) => void;
}) {
  const { t, format } = useText();
  const openFile = useOpenFile();
  const [posted, setPosted] = useState<TillEntry>();
  if (till.entries.length === 0) return <p className={classes.line}>{t("till.noEntries")}</p>;
  const money = (entry: TillEntry) =>
    format.money(comesIn(entry) ? entry.amount.minor : -entry.amount.minor, entry.amount.currency);
  return (
    <Scroll label={t("till.entries")}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("till.entryNumber")}</Table.Th>
            <Table.Th>{t("till.entryPayer")}</Table.Th>
            <Table.Th ta="end">{t("till.entryAmount")}</Table.Th>
            <Table.Th>{t("till.entryActs")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {till.entries.toReversed().map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td className={classes.number}>
                {entry.number}
                <span className={classes.detail}>
                  {entry.takesBack
                    ? t("till.backOf", { number: entry.takesBack })
                    : format.dateTime(entry.at)}
                </span>
                <TakenBackElsewhere till={till} entry={entry} />
              </Table.Td>
              <Table.Td>
                <Link to="/people" search={{ open: entry.personId }}>
                  {entry.payer}
                </Link>
                <span className={classes.detail}>
                  {entry.kind === "paid_out" || entry.kind === "came_back"
                    ? t("till.ofLeft")
                    : entry.lines.map(({ number }) => number).join(", ") || t("till.toPrepaid")}
                </span>
                {entry.reason && (
                  <span className={classes.detail}>{t("till.because", { reason: entry.reason })}</span>
                )}
              </Table.Td>
              <Table.Td ta="end">
                <Anchor
                  component="button"
                  type="button"
                  inherit
                  className={entry.takenBackBy ? classes.back : undefined}
                  aria-label={t("posted.open", {
                    what: t("till.receiptNumber", { number: entry.number }),
                    amount: money(entry),
                  })}
                  onClick={() => setPosted(entry)}
                >
                  {money(entry)}
                </Anchor>
                <span className={classes.detail}>
                  {[
                    t(`till.kind.${(entry.takenBackBy && backOf(entry.kind)) || entry.kind}`),
                    t(`till.means.${entry.means}`),
                  ].join(" · ")}
                </span>
              </Table.Td>
              <Table.Td>
                <Group gap={4} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("till.receiptOf", { number: entry.number })}
                    title={t("till.receiptOf", { number: entry.number })}
                    onClick={() => void openFile(`/till-entries/${entry.id}/receipt`)}
                  >
                    <IconReceipt size={18} />
                  </ActionIcon>
                  {till.mayTakeBack && backOf(entry.kind) && !entry.takenBackBy && (
                    <ActionIcon
                      variant="subtle"
                      aria-label={t("till.takeBackOf", { number: entry.number })}
                      title={t("till.takeBackOf", { number: entry.number })}
                      onClick={() => onTakeBack(entry)}
                    >
                      <IconArrowBackUp size={18} />
                    </ActionIcon>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {posted && (
        <Modal
          opened
          onClose={() => setPosted(undefined)}
          title={t("posted.ofEntry", { number: posted.number })}
          size="lg"
          closeButtonProps={{ "aria-label": t("action.close") }}
        >
          <PostedNow of={{ sourceId: posted.id }} />
        </Modal>
      )}
    </Scroll>
  );
}

/** What was taken back after its till was closed stands in another one. */
function TakenBackElsewhere({ till, entry: { takenBackBy } }: { till: OpenTill; entry: TillEntry }) {
  const { t } = useText();
  if (!takenBackBy || takenBackBy.tillId === till.id) return null;
  return (
    <Link to="/till" search={{ open: takenBackBy.tillId }} className={`${classes.detail} ${classes.wraps}`}>
      {t("till.backBy", { number: takenBackBy.number })}
    </Link>
  );
}

function backOf(kind: TillEntry["kind"]): "taken_back" | "came_back" | undefined {
  return kind === "taken" || kind === "paid_out" ? BACK[kind] : undefined;
}

function comesIn({ kind }: TillEntry): boolean {
  return kind === "taken" || kind === "came_back";
}

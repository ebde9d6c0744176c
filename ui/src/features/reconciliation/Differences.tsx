import { Button, Group, Modal, Select, Stack, Table, Textarea } from "@mantine/core";
import { IconCheck, IconCircleCheck, IconLink, IconPencil, IconScale } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Difference, Organisation, Reconciliation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { Scroll } from "../../parts/Scroll";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./Reconciliation.module.css";

/** Older ones stand on the start page. */
const OLD_DAYS = 7;

/** Everything that does not agree: what it is, how old, who looks after it, and how it ends. */
export function Differences({
  organisation,
  all,
  takes,
}: {
  organisation: Organisation;
  all: Reconciliation;
  takes: boolean;
}) {
  const { t, format } = useText();
  const [asked, setAsked] = useState<{ what: "care" | "correct"; difference: Difference }>();
  const close = () => setAsked(undefined);
  // A day at the counter has no name of its own.
  const nameOf = ({ named, on, source }: Difference) =>
    named ??
    t("reconciliation.ofDay", { source: t(`reconciliation.source.${source}`), date: format.date(on) });
  return (
    <Card title={t("reconciliation.differences")}>
      {all.differences.length === 0 ? (
        <EmptyState icon={IconCircleCheck} title={t("reconciliation.agreesTitle")}>
          {t("reconciliation.agreesWords")}
        </EmptyState>
      ) : (
        <Scroll label={t("reconciliation.differences")}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("reconciliation.what")}</Table.Th>
                <Table.Th className={classes.figure}>{t("reconciliation.amount")}</Table.Th>
                <Table.Th>{t("reconciliation.age")}</Table.Th>
                <Table.Th>{t("reconciliation.owner")}</Table.Th>
                {takes && <Table.Th>{t("reconciliation.acts")}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.differences.map((difference) => (
                <Table.Tr key={difference.id}>
                  <Table.Th scope="row" className={classes.what}>
                    <What difference={difference} />
                  </Table.Th>
                  <Table.Td className={classes.figure}>
                    {format.money(difference.amount.minor, difference.amount.currency)}
                  </Table.Td>
                  <Table.Td>
                    <StateBadge tone={difference.ageDays > OLD_DAYS ? "bad" : "warn"}>
                      {t("reconciliation.days.count", { count: difference.ageDays })}
                    </StateBadge>
                  </Table.Td>
                  <Table.Td>
                    {difference.ownerName ?? t("reconciliation.nobody")}
                    {difference.note && <span className={classes.soft}>{difference.note}</span>}
                  </Table.Td>
                  {takes && (
                    <Table.Td>
                      <Group gap="xs">
                        <Receipts difference={difference} />
                        <Button
                          size="compact-sm"
                          variant="default"
                          leftSection={<IconPencil size={14} />}
                          aria-label={t("reconciliation.careFor", { named: nameOf(difference) })}
                          onClick={() => setAsked({ what: "care", difference })}
                        >
                          {t("reconciliation.care")}
                        </Button>
                        <Button
                          size="compact-sm"
                          variant="default"
                          leftSection={<IconScale size={14} />}
                          aria-label={t("reconciliation.correctFor", { named: nameOf(difference) })}
                          onClick={() => setAsked({ what: "correct", difference })}
                        >
                          {t("reconciliation.correct")}
                        </Button>
                      </Group>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scroll>
      )}
      {asked?.what === "care" && (
        <CareDialog
          organisation={organisation}
          difference={asked.difference}
          keepers={all.keepers}
          onClose={close}
        />
      )}
      {asked?.what === "correct" && (
        <CorrectDialog organisation={organisation} difference={asked.difference} onClose={close} />
      )}
    </Card>
  );
}

function What({ difference }: { difference: Difference }) {
  const { t, format } = useText();
  const { incomingPaymentId, kind, named, paymentId, source, recipient } = difference;
  const parts = [recipient, t(`reconciliation.source.${source}`), format.date(difference.on)];
  return (
    <>
      {t(`reconciliation.kind.${kind}`)}
      <span className={classes.soft}>
        {paymentId && named ? (
          <Link to="/payments" search={{ open: paymentId }}>
            {named}
          </Link>
        ) : incomingPaymentId ? (
          <Link to="/incoming-payments" search={{ open: incomingPaymentId }}>
            {named ?? t("reconciliation.bankLine")}
          </Link>
        ) : (
          named
        )}
        {(named || incomingPaymentId) && " · "}
        {parts.filter(Boolean).join(" · ")}
      </span>
    </>
  );
}

/** Lines of the bank that are exactly what a settlement pays out. */
function Receipts({ difference }: { difference: Difference }) {
  const { t, format } = useText();
  const receive = api.useMutation("post", "/settlements/{id}/receipt");
  const [key] = useState(() => crypto.randomUUID());
  if (difference.settlementVersion == null) return null;
  const version = { rowVersion: difference.settlementVersion };
  return (
    <>
      {receive.isError && <ErrorNotice error={receive.error} />}
      {difference.bankLines.map(({ paymentId, bookedOn, payer }) => (
        <Button
          key={paymentId}
          size="compact-sm"
          leftSection={<IconLink size={14} />}
          loading={receive.isPending}
          onClick={() =>
            receive.mutate(
              {
                params: { path: { id: difference.id } },
                headers: { ...ifMatch(version), ...idempotent(`${key}-${paymentId}`) },
                body: { paymentId },
              },
              { onSuccess: () => said(t("reconciliation.isReceived")) },
            )
          }
        >
          {t("reconciliation.receive", { date: format.date(bookedOn), payer: payer ?? "" })}
        </Button>
      ))}
    </>
  );
}

function CareDialog({
  organisation,
  difference,
  keepers,
  onClose,
}: {
  organisation: Organisation;
  difference: Difference;
  keepers: Reconciliation["keepers"];
  onClose: () => void;
}) {
  const { t } = useText();
  useFocusGivenBack();
  const care = api.useMutation("put", "/differences/{id}");
  const [owner, setOwner] = useState<string | null>(difference.ownerId ?? null);
  const [note, setNote] = useState(difference.note);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("reconciliation.careTitle")}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          care.mutate(
            {
              params: { path: { id: difference.id } },
              headers: ifMatch(difference),
              body: { organisationId: organisation.id, ownerId: owner, note },
            },
            { onSuccess: onClose },
          );
        }}
      >
        <Stack gap="sm">
          {care.isError && <ErrorNotice error={care.error} />}
          <Select
            label={t("reconciliation.owner")}
            placeholder={t("reconciliation.nobody")}
            clearable
            clearButtonProps={{ "aria-label": t("action.clear") }}
            data={keepers.map(({ loginId, name }) => ({ value: loginId as string, label: name }))}
            value={owner}
            onChange={setOwner}
          />
          <Textarea
            label={t("reconciliation.note")}
            autosize
            minRows={2}
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" leftSection={<IconCheck size={16} />} loading={care.isPending}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function CorrectDialog({
  organisation,
  difference,
  onClose,
}: {
  organisation: Organisation;
  difference: Difference;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const correct = api.useMutation("post", "/differences/{id}/correction");
  const [key] = useState(() => crypto.randomUUID());
  const path = { id: difference.id };
  const foreseen = api.useQuery("get", "/differences/{id}/correction", {
    params: { path, query: { organisationId: organisation.id } },
  });
  return (
    <ConsentDialog
      title={t("reconciliation.correctTitle")}
      confirm={t("reconciliation.correct")}
      reason
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={async (reason) => {
        await correct.mutateAsync({
          params: { path },
          headers: { ...ifMatch(difference), ...idempotent(key) },
          body: { organisationId: organisation.id, reason },
        });
        said(t("reconciliation.isCorrected"));
      }}
    >
      <p className={classes.line}>
        {t("reconciliation.correctWords", {
          amount: format.money(Math.abs(difference.amount.minor), difference.amount.currency),
          source: t(`reconciliation.source.${difference.source}`),
        })}
      </p>
      <ForeseenMoves moves={foreseen.data} error={foreseen.error} />
    </ConsentDialog>
  );
}

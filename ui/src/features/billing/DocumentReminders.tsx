import { Alert, Button, Stack } from "@mantine/core";
import { IconBellOff, IconBellRinging } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DayInput } from "../../parts/DayInput";
import { showProblem } from "../../parts/ErrorNotice";
import { Section } from "../../parts/Section";
import { can, useMe } from "../../shell/session";
import classes from "./DocumentsPage.module.css";

/** The reminders that an invoice has had, and whether it is reminded of now; or the invoices that a reminder is for. */
export function DocumentReminders({ document }: { document: OpenDocument }) {
  const text = useText();
  const { t, format } = text;
  const me = useMe();
  const [pausing, setPausing] = useState(false);
  const resume = api.useMutation("delete", "/documents/{id}/reminder-pause");
  const at = { params: { path: { id: document.id } } };
  const waits = document.kind === "invoice" && (document.state === "issued" || document.state === "sent");
  if (document.reminded.length > 0) {
    return (
      <Section title={t("reminder.reminded")}>
        <ul className={classes.list}>
          {document.reminded.map((invoice) => (
            <li key={invoice.id}>
              <Link to="/documents" search={{ open: invoice.id }}>
                {t("document.titled", { kind: t("document.kind.invoice"), number: invoice.number ?? "" })}
              </Link>
              <span>{format.money(invoice.open.minor, invoice.open.currency)}</span>
            </li>
          ))}
        </ul>
      </Section>
    );
  }
  if (!waits && document.reminders.length === 0) return null;
  return (
    <Section
      title={t("reminder.title")}
      aside={
        waits &&
        !document.pause &&
        can(me, "manage_billing") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconBellOff size={14} />}
            onClick={() => setPausing(true)}
          >
            {t("reminder.pause")}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {document.pause && (
          <Alert color="gray" icon={<IconBellOff />} title={pauseTitle()}>
            <Stack gap="xs" align="flex-start">
              <span>{document.pause.reason}</span>
              {can(me, "manage_billing") && (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconBellRinging size={14} />}
                  loading={resume.isPending}
                  onClick={() => resume.mutate(at, { onError: (error) => showProblem(error, text) })}
                >
                  {t("reminder.resume")}
                </Button>
              )}
            </Stack>
          </Alert>
        )}
        {document.reminders.length === 0 ? (
          <p style={{ margin: 0, color: "var(--ink-soft)" }}>{t("reminder.none")}</p>
        ) : (
          <ul className={classes.list}>
            {document.reminders.map((reminder) => (
              <li key={reminder.id}>
                <Link to="/documents" search={{ open: reminder.id }}>
                  {t("document.titled", { kind: t("document.kind.reminder"), number: reminder.number ?? "" })}
                </Link>
                <span>
                  {reminder.issuedOn && format.date(reminder.issuedOn)} ·{" "}
                  {t(`document.state.${reminder.state}`)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Stack>
      {pausing && <PauseDialog id={document.id} onClose={() => setPausing(false)} />}
    </Section>
  );

  function pauseTitle(): string {
    const until = document.pause?.untilOn;
    return until ? t("reminder.pausedUntil", { day: format.date(until) }) : t("reminder.paused");
  }
}

/** Asks why an invoice is not to be reminded of, and until when. */
function PauseDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useText();
  const [until, setUntil] = useState<string | null>(null);
  const pause = api.useMutation("put", "/documents/{id}/reminder-pause");
  return (
    <ConsentDialog
      title={t("reminder.pauseTitle")}
      confirm={t("reminder.pause")}
      reason
      onClose={onClose}
      onConfirm={(reason) =>
        pause.mutateAsync({ params: { path: { id } }, body: { reason, untilOn: until } })
      }
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("reminder.pauseWords")}</p>
        <DayInput
          label={t("reminder.until")}
          description={t("reminder.untilWords")}
          clearable
          value={until}
          onChange={setUntil}
        />
      </Stack>
    </ConsentDialog>
  );
}

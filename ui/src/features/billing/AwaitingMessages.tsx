import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertTriangle, IconMailForward } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { MonthPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { showProblem } from "../../parts/ErrorNotice";
import { SmsCost } from "../../parts/SmsCost";
import { said } from "../../parts/undo";
import { can, useMe } from "../../shell/session";
import classes from "./MonthRunPage.module.css";
import { useDocumentFile } from "./useDocumentFile";

/** Messages of a run that wait to be looked at: the first of them in full, and the way on. */
export function AwaitingMessages(props: {
  plan: Pick<MonthPlan, "awaiting" | "firstMessages" | "sms">;
  /** Whether mail would be held at the desk, as nobody has set it up. */
  isMailHeld?: boolean;
  release: () => Promise<{ messages: number }>;
  withhold: () => Promise<{ messages: number }>;
}) {
  const text = useText();
  const { t } = text;
  const { plan } = props;
  const me = useMe();
  const file = useDocumentFile();
  const onError = (error: unknown) => showProblem(error, text);
  const release = useMutation({ mutationFn: props.release, onError });
  const withhold = useMutation({ mutationFn: props.withhold, onError });
  const {
    sms: { messages: sms },
    awaiting: count,
  } = plan;
  const kind = sms === 0 ? "letters" : sms === count ? "sms" : "both";
  const title = {
    letters: t("monthRun.awaiting", { count }),
    sms: t("monthRun.awaitingSms", { count }),
    both: t("monthRun.awaitingBoth", { count }),
  };
  const go = {
    letters: t("monthRun.release", { count }),
    sms: t("monthRun.releaseSms", { count }),
    both: t("monthRun.releaseBoth", { count }),
  };
  return (
    <Card title={title[kind]}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("monthRun.awaitingWords", { count: plan.firstMessages.length })}</p>
        {plan.firstMessages.map((message) => (
          <article key={message.documentId} className={classes.message}>
            <header>
              <strong>{message.subject}</strong>
              <span>{message.address}</span>
            </header>
            <pre>{message.body}</pre>
            {message.documentId && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => message.documentId && file.open({ id: message.documentId })}
              >
                {t(message.channel === "sms" ? "monthRun.openDocument" : "monthRun.openAttachment")}
              </Button>
            )}
          </article>
        ))}
        {plan.sms.messages > 0 && <SmsCost estimate={plan.sms} />}
        {props.isMailHeld && kind !== "sms" && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {t("monthRun.mailHeld")} <Link to="/settings/mail">{t("checklist.mail")}</Link>
          </Alert>
        )}
        {can(me, "manage_billing") && (
          <Group>
            <Button
              leftSection={<IconMailForward size={16} />}
              loading={release.isPending}
              onClick={() =>
                release.mutate(undefined, {
                  onSuccess: ({ messages }) =>
                    said(
                      props.isMailHeld && kind !== "sms"
                        ? t("monthRun.releasedHeld", { count: messages })
                        : t("monthRun.released", { count: messages }),
                    ),
                })
              }
            >
              {go[kind]}
            </Button>
            <Button
              variant="default"
              loading={withhold.isPending}
              onClick={() =>
                withhold.mutate(undefined, {
                  onSuccess: ({ messages }) => said(t("monthRun.withheld", { count: messages })),
                })
              }
            >
              {t("monthRun.withhold")}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

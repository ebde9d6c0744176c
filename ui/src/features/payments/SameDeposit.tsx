import { Alert, Button } from "@mantine/core";
import { IconArrowBackUp, IconCopyMinus } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenIncomingPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Section } from "../../parts/Section";
import { said } from "../../parts/undo";
import classes from "./Payments.module.css";
import { TakeBackDialog } from "./TakeBackDialog";

/** A deposit that another file tells of payment by payment: it may be the same money, and is counted twice until somebody says so. */
export function SameDeposit({ payment, takes }: { payment: OpenIncomingPayment; takes: boolean }) {
  const { t, format } = useText();
  const same = api.useMutation("post", "/incoming-payments/{id}/same-deposit");
  const [key] = useState(() => crypto.randomUUID());
  const [asks, setAsks] = useState(false);
  const worded = ({ fileName, bookedOn, payments }: OpenIncomingPayment["deposits"][number]) =>
    t("incoming.sameDepositOf", { file: fileName, date: format.date(bookedOn), count: payments });
  if (payment.sameAs) {
    return (
      <Section title={t("incoming.sameDeposit")}>
        <p className={classes.line}>{t("incoming.isSameDeposit")}</p>
        <ul className={classes.list}>
          <li>
            <span>{worded(payment.sameAs)}</span>
            {takes && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowBackUp size={14} />}
                onClick={() => setAsks(true)}
              >
                {t("incoming.takeBack")}
              </Button>
            )}
          </li>
        </ul>
        {asks && (
          <TakeBackDialog
            payment={payment}
            words={t("incoming.notSameDeposit")}
            onClose={() => setAsks(false)}
          />
        )}
      </Section>
    );
  }
  return (
    <Section title={t("incoming.sameDeposit")}>
      <Alert color="yellow" icon={<IconCopyMinus />}>
        {t("incoming.maybeSameDeposit")}
      </Alert>
      {same.isError && <ErrorNotice error={same.error} />}
      <ul className={classes.list} aria-label={t("incoming.sameDeposit")}>
        {payment.deposits.map((deposit) => (
          <li key={deposit.firstId}>
            <span>{worded(deposit)}</span>
            {takes && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconCopyMinus size={14} />}
                loading={same.isPending}
                onClick={() =>
                  same.mutate(
                    {
                      params: { path: { id: payment.id } },
                      headers: { ...ifMatch(payment), ...idempotent(`${key}-${deposit.firstId}`) },
                      body: { firstId: deposit.firstId },
                    },
                    { onSuccess: () => said(t("incoming.saidSameDeposit")) },
                  )
                }
              >
                {t("incoming.itIsTheSame")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

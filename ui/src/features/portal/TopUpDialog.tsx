import { Button, Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { MyBalance } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { topUpFault, useTopUpWords, wholeOf } from "../../parts/topUpRule";
import { HowToPay, usePayingBy } from "./HowToPay";

/** How much is put in, and how. An e-mail address is asked for where there is none, once. */
export function TopUpDialog({
  balance,
  phone,
  minor: begunWith,
  onClose,
  onBegun,
}: {
  balance: MyBalance;
  phone: string;
  /** What was tried before. */
  minor?: number;
  onClose: () => void;
  onBegun: (payment: string) => void;
}) {
  const { t, format, word } = useText();
  const ruleInWords = useTopUpWords();
  const topUp = api.useMutation("post", "/me/top-ups");
  const change = api.useMutation("patch", "/me");
  const paying = usePayingBy(balance, phone);
  const { rule, facilityId } = balance;
  const [typed, setTyped] = useState(begunWith === undefined ? "" : String(begunWith / 100));
  const [asks] = useState(balance.needsEmail);
  const [hasEmail, setHasEmail] = useState(!balance.needsEmail);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  // Whoever chooses another amount or way wishes for something else.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const minor = wholeOf(typed);
  const refused = minor === undefined ? "whole" : topUpFault(rule, minor);
  const fault = refused && t(`topUp.fault.${refused}`);
  // What only the host knows, such as what was put in today already.
  const { minor: refusedMinor } = saidOf(topUp.error);
  const refusedOfMe = saidOf(change.error);
  const emailFault = hasEmail || /^\S+@\S+\.\S+$/.test(email) ? undefined : t("field.email");
  const passwordFault = hasEmail || password ? undefined : t("field.required");
  const go = async () => {
    setIsChecked(true);
    if (minor === undefined || fault || emailFault || passwordFault) return;
    if (!hasEmail) {
      const kept = await change.mutateAsync({ body: { email, password } }).catch(() => undefined);
      if (!kept) return;
      setHasEmail(true);
    }
    const body = { facilityId, minor, ...paying.by };
    const begun = await topUp.mutateAsync({ headers: idempotent(key), body }).catch(() => undefined);
    if (begun) onBegun(begun.id);
    else setKey(crypto.randomUUID());
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("portalTopUp.goNamed", { facility: balance.facility })}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t("portalTopUp.amount", { currency: rule.currency })}
            description={ruleInWords(rule)}
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            required
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={(isChecked && fault) || (refusedMinor && word("field", refusedMinor, "field.unknown"))}
          />
          {asks && (
            <>
              <TextInput
                label={t("contact.email")}
                description={t("portalTopUp.emailHint")}
                type="email"
                autoComplete="email"
                required
                disabled={hasEmail}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                error={
                  (isChecked && emailFault) ||
                  (refusedOfMe.email && word("field", refusedOfMe.email, "field.unknown"))
                }
              />
              {!hasEmail && (
                <PasswordInput
                  label={t("password.current")}
                  description={t("portal.emailPassword")}
                  autoComplete="current-password"
                  required
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                  error={
                    (isChecked && passwordFault) ||
                    (refusedOfMe.password && word("field", refusedOfMe.password, "field.unknown"))
                  }
                />
              )}
            </>
          )}
          <HowToPay payable={balance} paying={paying} />
          {change.isError && !refusedOfMe.email && !refusedOfMe.password && (
            <ErrorNotice error={change.error} />
          )}
          {topUp.isError && !refusedMinor && <ErrorNotice error={topUp.error} />}
          <Button type="submit" loading={topUp.isPending || change.isPending}>
            {minor === undefined || fault
              ? t("portalTopUp.go")
              : t("portalPay.go", { amount: format.money(minor, rule.currency) })}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** What the host says of single fields. */
function saidOf(error: unknown): Record<string, string | undefined> {
  return error ? (toProblem(error).fields ?? {}) : {};
}

import { Select, Stack, TextInput } from "@mantine/core";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Organisation, PayoutAccountKind, PayoutSender } from "../../api/views";
import { useText } from "../../i18n/text";
import { FormDrawer } from "../../parts/FormDrawer";

type SenderValues = {
  bic: string;
  customer: string;
  accountKind: string;
  account: string;
};

const KINDS: Record<Organisation["country"], readonly PayoutAccountKind[]> = {
  SE: ["bankgiro", "plusgiro", "bank_se", "iban"],
  NO: ["bank_no", "iban"],
};

const valuesOf = (view: PayoutSender): SenderValues => ({
  bic: view.bic ?? "",
  customer: view.customer ?? "",
  accountKind: view.accountKind ?? "",
  account: view.account ?? "",
});

/** How an organisation is known at the bank that pays out for it. */
export function PayoutSenderForm({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const params = { query: { organisationId: organisation.id } };
  const sender = api.useQuery("get", "/payout-sender", { params });
  return sender.data ? <Known organisation={organisation} sender={sender.data} onClose={onClose} /> : null;
}

function Known({
  organisation,
  sender,
  onClose,
}: {
  organisation: Organisation;
  sender: PayoutSender;
  onClose: () => void;
}) {
  const { t } = useText();
  const save = api.useMutation("put", "/payout-sender");
  return (
    <FormDrawer<SenderValues, PayoutSender>
      title={t("payoutSender.title")}
      opened
      onClose={onClose}
      initial={valuesOf(sender)}
      view={sender}
      valuesOf={valuesOf}
      within={organisation.id}
      labels={{
        bic: t("payoutSender.bic"),
        customer: t("payoutSender.customer"),
        accountKind: t("payout.accountKind"),
        account: t("payoutSender.account"),
      }}
      validate={(values) => ({ bic: values.bic.trim() ? null : t("field.required") })}
      save={(values, { view }) =>
        save.mutateAsync({
          params: { query: { organisationId: organisation.id } },
          headers: ifMatch(view ?? sender),
          body: {
            bic: values.bic,
            customer: values.customer.trim() || null,
            accountKind: values.account.trim()
              ? ((values.accountKind || null) as PayoutAccountKind | null)
              : null,
            account: values.account.trim() || null,
          },
        })
      }
    >
      {(form) => (
        <Stack gap="sm">
          <p style={{ margin: 0 }}>{t("payoutSender.words")}</p>
          <TextInput
            label={t("payoutSender.bic")}
            description={t("payoutSender.bicWords")}
            required
            data-autofocus
            {...form.getInputProps("bic")}
          />
          <TextInput
            label={t("payoutSender.customer")}
            description={t("payoutSender.customerWords")}
            maxLength={35}
            {...form.getInputProps("customer")}
          />
          <Select
            label={t("payout.accountKind")}
            clearable
            clearButtonProps={{ "aria-label": t("action.clear") }}
            data={KINDS[organisation.country].map((value) => ({
              value,
              label: t(`payout.accountKind.${value}`),
            }))}
            {...form.getInputProps("accountKind")}
            // An empty choice is none: what clears it is not shown.
            value={form.values.accountKind || null}
          />
          <TextInput
            label={t("payoutSender.account")}
            description={t("payoutSender.accountWords")}
            {...form.getInputProps("account")}
          />
        </Stack>
      )}
    </FormDrawer>
  );
}

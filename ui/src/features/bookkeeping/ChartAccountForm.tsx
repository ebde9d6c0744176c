import { Button, Stack, TextInput } from "@mantine/core";
import { IconRestore } from "@tabler/icons-react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ChartAccount, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { FormDrawer } from "../../parts/FormDrawer";
import { said } from "../../parts/undo";

type ChartValues = { number: string; name: string };

/** Chooses another account, or goes back to the standard of the country. */
export function ChartAccountForm({
  organisation,
  account,
  what,
  onClose,
}: {
  organisation: Organisation;
  account: ChartAccount;
  what: string;
  onClose: () => void;
}) {
  const text = useText();
  const { t } = text;
  const choose = api.useMutation("put", "/bookkeeping/chart-accounts");
  const restore = api.useMutation("delete", "/bookkeeping/chart-accounts");
  const { kind, component, vat } = account;
  const query = {
    organisationId: organisation.id,
    kind,
    ...(component && { component }),
    ...(vat && { vat }),
  };
  const same = (other: ChartAccount) =>
    other.kind === kind && other.component === component && other.vat === vat;
  const goBack = () =>
    restore.mutate(
      { params: { query }, headers: ifMatch(account) },
      {
        onSuccess: () => {
          said(t("bookkeeping.restored"));
          onClose();
        },
        onError: (error) => showProblem(error, text),
      },
    );
  return (
    <FormDrawer<ChartValues, ChartAccount>
      title={what}
      opened
      onClose={onClose}
      initial={{ number: account.number, name: account.name }}
      view={account}
      valuesOf={({ number, name }) => ({ number, name })}
      within={`${organisation.id} ${kind} ${component} ${vat}`}
      labels={{ number: t("bookkeeping.column.account"), name: t("bookkeeping.column.accountName") }}
      validate={(values) => ({
        number: /^[1-9]\d{3,7}$/.test(values.number.trim()) ? null : t("field.account_number.malformed"),
        name: values.name.trim() ? null : t("field.required"),
      })}
      save={async (values, { view }) => {
        const { items } = await choose.mutateAsync({
          params: { query },
          headers: ifMatch(view ?? account),
          body: { number: values.number.trim(), name: values.name.trim() },
        });
        return items.find(same);
      }}
    >
      {(form) => (
        <Stack gap="sm">
          <TextInput
            label={t("bookkeeping.column.account")}
            inputMode="numeric"
            required
            data-autofocus
            {...form.getInputProps("number")}
          />
          <TextInput
            label={t("bookkeeping.column.accountName")}
            required
            maxLength={60}
            {...form.getInputProps("name")}
          />
          {account.rowVersion > 0 && (
            <Button
              variant="default"
              leftSection={<IconRestore size={16} />}
              loading={restore.isPending}
              onClick={goBack}
            >
              {t("bookkeeping.restore", { account: `${account.standardNumber} ${account.standardName}` })}
            </Button>
          )}
        </Stack>
      )}
    </FormDrawer>
  );
}

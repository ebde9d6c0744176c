import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { said } from "../../parts/undo";
import { useHost } from "../../shell/Providers";
import { NetworkCard } from "./NetworkCard";
import { SettingForm } from "./SettingForm";

/** What concerns the installation as a whole: who is let in, its address, and the data to practise on. */
export function InstallationPage() {
  const address = api.useQuery("get", "/settings/address", {});
  const { network } = useHost();
  return (
    <Stack>
      {network && <NetworkCard setup={network} />}
      <Loaded query={address}>{(it) => <AddressForm address={it} />}</Loaded>
      <Training />
    </Stack>
  );
}

/** The address that letters and mails name. */
function AddressForm({ address }: { address: { publicUrl: string; rowVersion: number } }) {
  const { t } = useText();
  const put = api.useMutation("put", "/settings/address");
  return (
    <SettingForm
      title={t("installation.address")}
      setting={address}
      valuesOf={({ publicUrl }) => ({ publicUrl })}
      labels={{ publicUrl: t("installation.publicUrl") }}
      save={(values, setting) => put.mutateAsync({ headers: ifMatch(setting), body: values })}
      onSaved={() => said(t("installation.addressSaved"))}
    >
      {(form) => (
        <TextInput
          label={t("installation.publicUrl")}
          description={t("installation.publicUrlHint")}
          maw={460}
          type="url"
          {...form.getInputProps("publicUrl")}
        />
      )}
    </SettingForm>
  );
}

/** A made-up organisation to practise on, made and removed with one click. */
function Training() {
  const { t } = useText();
  const system = api.useQuery("get", "/system", {});
  const make = api.useMutation("post", "/training");
  const remove = api.useMutation("delete", "/training");
  const [key] = useState(() => crypto.randomUUID());
  const [asking, setAsking] = useState(false);
  const exists = system.data?.training ?? false;
  return (
    <Card title={t("installation.training")}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("installation.trainingWords")}</p>
        {make.isError && <ErrorNotice error={make.error} />}
        <Group justify="flex-end">
          {exists ? (
            <Button variant="default" color="red" onClick={() => setAsking(true)}>
              {t("installation.trainingRemove")}
            </Button>
          ) : (
            <Button
              loading={make.isPending}
              onClick={() =>
                make.mutate(
                  { headers: idempotent(key) },
                  { onSuccess: () => said(t("installation.trainingMade")) },
                )
              }
            >
              {t("installation.trainingMake")}
            </Button>
          )}
        </Group>
      </Stack>
      {asking && (
        <ConsentDialog
          title={t("installation.trainingRemove")}
          confirm={t("installation.trainingRemove")}
          danger
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await remove.mutateAsync({});
            said(t("installation.trainingRemoved"));
          }}
        >
          <p style={{ margin: 0 }}>{t("installation.trainingRemoveWords")}</p>
        </ConsentDialog>
      )}
    </Card>
  );
}

import { ActionIcon, Button, Checkbox, Menu, PasswordInput, Stack, Textarea, TextInput } from "@mantine/core";
import { IconEdit, IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Organisation, PaymentAgreement, PaymentProvider } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import classes from "./OrganisationPanel.module.css";

const OF_COUNTRY = { SE: ["swish", "payson"], NO: ["vipps"] } as const;

type Values = {
  payee: string;
  certificates: string;
  clientId: string;
  merchantSerialNumber: string;
  agentId: string;
  secret: string;
  subscriptionKey: string;
  webhookSecret: string;
  active: boolean;
};

const valuesOf = (it?: PaymentAgreement): Values => ({
  payee: it?.payee ?? "",
  certificates: it?.certificates ?? "",
  clientId: it?.clientId ?? "",
  merchantSerialNumber: it?.merchantSerialNumber ?? "",
  agentId: it?.agentId ?? "",
  // Keys never come back.
  secret: "",
  subscriptionKey: "",
  webhookSecret: "",
  active: it?.active ?? true,
});

/** Through whom an organisation is paid. */
export function AgreementsSection({ organisation }: { organisation: Organisation }) {
  const { t, format } = useText();
  const query = api.useQuery("get", "/payment-agreements", {
    params: { query: { organisationId: organisation.id } },
  });
  const check = api.useMutation("post", "/payment-agreements/{id}/check");
  const [editing, setEditing] = useState<PaymentProvider>();
  const items = query.data?.items ?? [];
  const others = OF_COUNTRY[organisation.country].filter(
    (provider) => !items.some((it) => it.provider === provider),
  );
  return (
    <Section
      title={t("agreement.title")}
      aside={
        query.data &&
        others.length > 0 && (
          <Menu>
            <Menu.Target>
              <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />}>
                {t("agreement.add")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {others.map((provider) => (
                <Menu.Item key={provider} onClick={() => setEditing(provider)}>
                  {t(`paymentProvider.${provider}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      <Loaded query={query}>
        {({ items: agreements, refused }) =>
          agreements.length === 0 ? (
            <p className={classes.soft}>{t("agreement.none")}</p>
          ) : (
            <>
              <ul className={classes.list}>
                {agreements.map((it) => {
                  const provider = t(`paymentProvider.${it.provider}`);
                  const count = refused
                    .filter((one) => one.provider === it.provider)
                    .reduce((all, one) => all + one.count, 0);
                  return (
                    <li key={it.id}>
                      <span>
                        <strong>{provider}</strong>{" "}
                        <StateBadge tone={it.active ? "good" : "mute"}>
                          {t(it.active ? "agreement.state.active" : "agreement.state.inactive")}
                        </StateBadge>
                        <span className={classes.soft}>
                          {it.fault
                            ? t("agreement.fault", {
                                at: format.dateTime(it.checkedAt ?? ""),
                                words: [
                                  t(
                                    `agreement.faultWords.${it.fault}` as "agreement.faultWords.vault.locked",
                                  ),
                                  it.faultWords,
                                ]
                                  .filter(Boolean)
                                  .join(": "),
                              })
                            : it.checkedAt
                              ? t("agreement.knows", { at: format.dateTime(it.checkedAt) })
                              : t("agreement.unchecked")}
                        </span>
                        {!it.callback.startsWith("https://") && (
                          <span className={classes.soft}>{t("agreement.noHttps")}</span>
                        )}
                        {count > 0 && (
                          <span className={classes.soft}>{t("agreement.refused", { count })}</span>
                        )}
                      </span>
                      <ActionIcon
                        aria-label={t("agreement.checkNamed", { provider })}
                        title={t("agreement.check")}
                        loading={check.isPending}
                        onClick={() => check.mutate({ params: { path: { id: it.id } } })}
                      >
                        <IconPlugConnected size={16} />
                      </ActionIcon>
                      <ActionIcon
                        aria-label={t("agreement.editNamed", { provider })}
                        onClick={() => setEditing(it.provider)}
                      >
                        <IconEdit size={16} />
                      </ActionIcon>
                    </li>
                  );
                })}
              </ul>
              {check.isError && <ErrorNotice error={check.error} />}
            </>
          )
        }
      </Loaded>
      {editing && (
        <AgreementForm
          key={editing}
          organisation={organisation}
          provider={editing}
          kept={items.find((it) => it.provider === editing)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Section>
  );
}

function AgreementForm({
  organisation,
  provider,
  kept,
  onClose,
}: {
  organisation: Organisation;
  provider: PaymentProvider;
  kept?: PaymentAgreement;
  onClose: () => void;
}) {
  const { t } = useText();
  const save = api.useMutation("put", "/payment-agreement");
  const title = t("agreement.titled", {
    provider: t(`paymentProvider.${provider}`),
    name: organisation.name,
  });
  const keyHint = kept ? t("agreement.kept") : undefined;
  const show = { "aria-label": t("password.show") };
  const typed = (text: string) => (text.trim() ? { is: text.trim() } : undefined)?.is;
  return (
    <FormDrawer<Values, PaymentAgreement>
      title={title}
      opened
      onClose={onClose}
      initial={valuesOf(kept)}
      view={kept}
      valuesOf={valuesOf}
      within={`${organisation.id} ${provider}`}
      labels={{
        payee: t("agreement.payee"),
        certificates: t("agreement.certificates"),
        clientId: t("agreement.clientId"),
        merchantSerialNumber: t("agreement.merchantSerialNumber"),
        agentId: t("agreement.agentId"),
        secret: t("agreement.apiKey"),
        subscriptionKey: t("agreement.subscriptionKey"),
        webhookSecret: t("agreement.webhookSecret"),
        active: t("agreement.active"),
      }}
      validate={() => ({})}
      save={(values, { view }) =>
        save.mutateAsync({
          params: { query: { organisationId: organisation.id, with: provider } },
          headers: ifMatch(view ?? { rowVersion: 0 }),
          body: {
            payee: typed(values.payee),
            certificates: typed(values.certificates),
            clientId: typed(values.clientId),
            merchantSerialNumber: typed(values.merchantSerialNumber),
            agentId: typed(values.agentId),
            secret: typed(values.secret),
            subscriptionKey: typed(values.subscriptionKey),
            webhookSecret: typed(values.webhookSecret),
            active: values.active,
          },
        })
      }
    >
      {(form) => (
        <Stack gap="sm">
          {provider === "swish" && (
            <>
              <TextInput
                label={t("agreement.payee")}
                description={t("agreement.payeeWords")}
                required
                data-autofocus
                {...form.getInputProps("payee")}
              />
              <Textarea
                label={t("agreement.certificates")}
                description={t("agreement.certificatesWords")}
                required
                autosize
                minRows={4}
                maxRows={10}
                {...form.getInputProps("certificates")}
              />
              <Textarea
                label={t("agreement.privateKey")}
                description={keyHint}
                withAsterisk={!kept}
                autosize
                minRows={4}
                maxRows={10}
                autoComplete="off"
                {...form.getInputProps("secret")}
              />
            </>
          )}
          {provider === "vipps" && (
            <>
              <TextInput
                label={t("agreement.merchantSerialNumber")}
                required
                data-autofocus
                {...form.getInputProps("merchantSerialNumber")}
              />
              <TextInput label={t("agreement.clientId")} required {...form.getInputProps("clientId")} />
              <PasswordInput
                label={t("agreement.clientSecret")}
                description={keyHint}
                withAsterisk={!kept}
                autoComplete="off"
                visibilityToggleButtonProps={show}
                {...form.getInputProps("secret")}
              />
              <PasswordInput
                label={t("agreement.subscriptionKey")}
                description={keyHint}
                withAsterisk={!kept}
                autoComplete="off"
                visibilityToggleButtonProps={show}
                {...form.getInputProps("subscriptionKey")}
              />
              <PasswordInput
                label={t("agreement.webhookSecret")}
                description={t("agreement.webhookSecretWords")}
                autoComplete="off"
                visibilityToggleButtonProps={show}
                {...form.getInputProps("webhookSecret")}
              />
              {kept && <TextInput label={t("agreement.callback")} readOnly value={kept.callback} />}
            </>
          )}
          {provider === "payson" && (
            <>
              <TextInput
                label={t("agreement.agentId")}
                required
                data-autofocus
                {...form.getInputProps("agentId")}
              />
              <PasswordInput
                label={t("agreement.apiKey")}
                description={keyHint}
                withAsterisk={!kept}
                autoComplete="off"
                visibilityToggleButtonProps={show}
                {...form.getInputProps("secret")}
              />
            </>
          )}
          <Checkbox label={t("agreement.active")} {...form.getInputProps("active", { type: "checkbox" })} />
        </Stack>
      )}
    </FormDrawer>
  );
}

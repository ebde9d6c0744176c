import { ActionIcon, Button, Checkbox, Group, Radio, Stack } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCreditCard } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Facility, PaymentMethods, PaymentProvider, Standing } from "../../api/views";
import { useText } from "../../i18n/text";
import { DayInput } from "../../parts/DayInput";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import { can, useMe } from "../../shell/session";
import { inOrder, moved, toggled } from "./methodOrder";
import classes from "./PaymentMethodsSection.module.css";

type Values = { appliesFrom: string | null; among: "every" | "chosen"; methods: PaymentProvider[] };

const TONES = {
  planned: "calm",
  in_force: "good",
  past: "mute",
  replaced: "mute",
} as const satisfies Record<Standing, Tone>;

/** The latest that holds or will: what a change begins with. */
const valuesOf = (it: PaymentMethods): Values => {
  const last = it.written.find(({ standing }) => standing === "in_force");
  return {
    appliesFrom: it.today,
    among: last?.methods ? "chosen" : "every",
    methods: last?.methods ?? it.agreed.filter((provider) => it.possible.includes(provider)),
  };
};

/** By which methods residents of a facility pay: today, from a later day, and before. */
export function PaymentMethodsSection({ facility }: { facility: Facility }) {
  const { t, format } = useText();
  const me = useMe();
  const query = api.useQuery("get", "/payment-methods", {
    params: { query: { facilityId: facility.id } },
  });
  const [choosing, setChoosing] = useState(false);
  const named = (methods: readonly PaymentProvider[]) =>
    methods.map((provider) => t(`paymentProvider.${provider}`)).join(", ");
  return (
    <Section
      title={t("methods.title")}
      aside={
        query.data &&
        can(me, "manage_billing") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconCreditCard size={14} />}
            onClick={() => setChoosing(true)}
          >
            {t("methods.choose")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(it) => (
          <>
            <p className={classes.now}>
              {it.offered.length > 0
                ? t("methods.offered", { methods: named(it.offered) })
                : t("methods.noneOffered")}
            </p>
            {it.written.length > 0 && (
              <ol className={classes.list} aria-label={t("methods.history")}>
                {it.written.map((one) => (
                  <li key={one.place}>
                    <span>
                      <strong>{t("methods.from", { day: format.date(one.appliesFrom) })}</strong>
                      <span className={classes.soft}>
                        {one.methods === null || one.methods === undefined
                          ? t("methods.every")
                          : one.methods.length > 0
                            ? named(one.methods)
                            : t("methods.nobody")}
                      </span>
                      <span className={classes.soft}>
                        {t("methods.written", { at: format.dateTime(one.writtenAt) })}
                      </span>
                    </span>
                    <StateBadge tone={TONES[one.standing]}>
                      {t(`methods.standing.${one.standing}`)}
                    </StateBadge>
                  </li>
                ))}
              </ol>
            )}
            {choosing && <ChooseMethods facility={facility} kept={it} onClose={() => setChoosing(false)} />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ChooseMethods({
  facility,
  kept,
  onClose,
}: {
  facility: Facility;
  kept: PaymentMethods;
  onClose: () => void;
}) {
  const { t } = useText();
  const choose = api.useMutation("put", "/payment-methods");
  return (
    <FormDrawer<Values, PaymentMethods>
      title={t("methods.titled", { name: facility.name })}
      opened
      onClose={onClose}
      initial={valuesOf(kept)}
      within={facility.id}
      labels={{
        appliesFrom: t("methods.appliesFrom"),
        among: t("methods.among"),
        methods: t("methods.methods"),
      }}
      validate={({ appliesFrom }) => ({ appliesFrom: appliesFrom ? null : t("field.required") })}
      save={({ appliesFrom, among, methods }) =>
        choose.mutateAsync({
          params: { query: { facilityId: facility.id } },
          headers: ifMatch(kept),
          body: {
            appliesFrom: appliesFrom ?? kept.today,
            ...(among === "chosen" ? { methods } : {}),
          },
        })
      }
    >
      {(form) => {
        const { among, methods } = form.getValues();
        const set = (next: PaymentProvider[]) => form.setFieldValue("methods", next as never);
        return (
          <Stack gap="md">
            <DayInput
              label={t("methods.appliesFrom")}
              description={t("methods.appliesFromWords")}
              required
              minDate={kept.today}
              {...form.getInputProps("appliesFrom")}
            />
            <Radio.Group label={t("methods.among")} {...form.getInputProps("among")}>
              <Stack gap="xs" mt="xs">
                <Radio value="every" label={t("methods.every")} />
                <Radio value="chosen" label={t("methods.these")} />
              </Stack>
            </Radio.Group>
            {among === "chosen" && (
              <Checkbox.Group
                label={t("methods.methods")}
                description={t("methods.methodsWords")}
                value={methods}
                onChange={(chosen) => set(toggled(methods, chosen as PaymentProvider[]))}
                error={form.errors.methods}
              >
                <ol className={classes.order}>
                  {inOrder(methods, kept.possible).map((provider) => {
                    const name = t(`paymentProvider.${provider}`);
                    const place = methods.indexOf(provider);
                    return (
                      <li key={provider}>
                        <Checkbox
                          value={provider}
                          label={name}
                          {...(kept.agreed.includes(provider)
                            ? {}
                            : { description: t("methods.noAgreement") })}
                        />
                        <Group gap={2} wrap="nowrap">
                          <ActionIcon
                            aria-label={t("methods.earlier", { name })}
                            disabled={place <= 0}
                            onClick={() => set(moved(methods, place, -1))}
                          >
                            <IconArrowUp size={16} />
                          </ActionIcon>
                          <ActionIcon
                            aria-label={t("methods.later", { name })}
                            disabled={place < 0 || place === methods.length - 1}
                            onClick={() => set(moved(methods, place, 1))}
                          >
                            <IconArrowDown size={16} />
                          </ActionIcon>
                        </Group>
                      </li>
                    );
                  })}
                </ol>
              </Checkbox.Group>
            )}
          </Stack>
        );
      }}
    </FormDrawer>
  );
}

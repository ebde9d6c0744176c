import { Alert, Button, Stack, Switch, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Facility, TopUpSetting } from "../../api/views";
import { useText } from "../../i18n/text";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { useTopUpWords, wholeOf } from "../../parts/topUpRule";
import { can, useMe } from "../../shell/session";
import classes from "./PaymentMethodsSection.module.css";

type Values = {
  on: boolean;
  leastMinor: string;
  stepMinor: string;
  mostMinor: string;
  mostADayMinor: string;
};

const kronor = (minor: number | null | undefined) => (minor == null ? "" : String(minor / 100));

const valuesOf = ({ on, rule }: TopUpSetting): Values => ({
  on,
  leastMinor: kronor(rule.leastMinor),
  stepMinor: kronor(rule.stepMinor),
  mostMinor: kronor(rule.mostMinor),
  mostADayMinor: kronor(rule.mostADayMinor),
});

/** Whether and by which rule people of a facility pay in advance. */
export function TopUpSection({ facility }: { facility: Facility }) {
  const { t } = useText();
  const me = useMe();
  const ruleInWords = useTopUpWords();
  const query = api.useQuery("get", "/top-up-setting", {
    params: { query: { facilityId: facility.id } },
  });
  const [changing, setChanging] = useState(false);
  return (
    <Section
      title={t("topUp.title")}
      aside={
        query.data &&
        can(me, "manage_billing") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconEdit size={14} />}
            onClick={() => setChanging(true)}
          >
            {t("action.edit")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(it) => (
          <>
            <p className={classes.now}>{t(it.on ? "topUp.isOn" : "topUp.isOff")}</p>
            <p className={classes.soft}>{ruleInWords(it.rule)}</p>
            {it.on && !it.follows && (
              <Alert color="yellow" icon={<IconAlertTriangle />} mt="sm">
                {t("topUp.followsNothing")}
              </Alert>
            )}
            {changing && <ChangeTopUp facility={facility} kept={it} onClose={() => setChanging(false)} />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ChangeTopUp({
  facility,
  kept,
  onClose,
}: {
  facility: Facility;
  kept: TopUpSetting;
  onClose: () => void;
}) {
  const { t } = useText();
  const save = api.useMutation("put", "/top-up-setting");
  const { currency } = kept.rule;
  const amountFault = (typed: string) => (wholeOf(typed) ? null : t("field.top_up.whole"));
  const limitFault = (typed: string) => (typed.trim() === "" ? null : amountFault(typed));
  const limit = (typed: string) => (typed.trim() === "" ? null : (wholeOf(typed) ?? 0));
  return (
    <FormDrawer<Values, TopUpSetting>
      title={t("topUp.titled", { name: facility.name })}
      opened
      onClose={onClose}
      initial={valuesOf(kept)}
      within={facility.id}
      labels={{
        on: t("topUp.on"),
        leastMinor: t("topUp.least", { currency }),
        stepMinor: t("topUp.step", { currency }),
        mostMinor: t("topUp.most", { currency }),
        mostADayMinor: t("topUp.mostADay", { currency }),
      }}
      validate={({ leastMinor, stepMinor, mostMinor, mostADayMinor }) => ({
        leastMinor: amountFault(leastMinor),
        stepMinor: amountFault(stepMinor),
        mostMinor: limitFault(mostMinor),
        mostADayMinor: limitFault(mostADayMinor),
      })}
      save={({ on, leastMinor, stepMinor, mostMinor, mostADayMinor }) =>
        save.mutateAsync({
          params: { query: { facilityId: facility.id } },
          headers: ifMatch(kept),
          body: {
            on,
            leastMinor: wholeOf(leastMinor) ?? 0,
            stepMinor: wholeOf(stepMinor) ?? 0,
            mostMinor: limit(mostMinor),
            mostADayMinor: limit(mostADayMinor),
          },
        })
      }
    >
      {(form) => (
        <Stack gap="md">
          <Switch
            label={t("topUp.on")}
            description={t("topUp.onWords")}
            {...form.getInputProps("on", { type: "checkbox" })}
          />
          <TextInput
            label={t("topUp.least", { currency })}
            inputMode="numeric"
            required
            {...form.getInputProps("leastMinor")}
          />
          <TextInput
            label={t("topUp.step", { currency })}
            description={t("topUp.stepWords")}
            inputMode="numeric"
            required
            {...form.getInputProps("stepMinor")}
          />
          <TextInput
            label={t("topUp.most", { currency })}
            description={t("topUp.noMost")}
            inputMode="numeric"
            {...form.getInputProps("mostMinor")}
          />
          <TextInput
            label={t("topUp.mostADay", { currency })}
            description={t("topUp.noMost")}
            inputMode="numeric"
            {...form.getInputProps("mostADayMinor")}
          />
        </Stack>
      )}
    </FormDrawer>
  );
}

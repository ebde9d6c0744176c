import { ActionIcon, Anchor, Menu } from "@mantine/core";
import { IconDoorExit, IconDots, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { flushSync } from "react-dom";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Person, PersonUnit } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DayInput } from "../../parts/DayInput";
import { FacilitySelect } from "../../parts/FacilitySelect";
import { FormDrawer } from "../../parts/FormDrawer";
import { UnitSelect } from "../../parts/UnitSelect";
import { useUndo } from "../../parts/undo";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { GrowingSection } from "./GrowingSection";
import { LOGINS_ID } from "./PersonLogins";
import classes from "./PersonUnits.module.css";

/** Where someone lives and has lived. Moving ends a tenancy; only a mistake is removed. */
export function PersonUnits({ person }: { person: Person }) {
  const { t, format } = useText();
  const { facility, facilities } = useFacilityChoice();
  const changes = can(useMe(), "change_person");
  const offerUndo = useUndo();
  const moveIn = api.useMutation("post", "/tenancies");
  const change = api.useMutation("patch", "/tenancies/{id}");
  const remove = api.useMutation("delete", "/tenancies/{id}");
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<PersonUnit>();
  const [mistake, setMistake] = useState<PersonUnit>();
  const [leavesOn, setLeavesOn] = useState(isoToday(new Date()));

  // The dialog holds the focus as long as it is there.
  const toLogins = () => {
    flushSync(() => setLeaving(undefined));
    const logins = document.getElementById(LOGINS_ID);
    logins?.scrollIntoView({ block: "start" });
    logins?.focus();
  };

  return (
    <GrowingSection
      title={t("person.units")}
      add={t("tenancy.add")}
      onAdd={changes ? () => setAdding(true) : undefined}
      none={person.units.length === 0 && t("tenancy.none")}
    >
      <ul className={classes.list}>
        {person.units.map((unit) => (
          <li key={unit.tenancyId} data-past={unit.movedOutOn ? true : undefined}>
            <span>
              <strong>{unit.code}</strong> <span className={classes.soft}>{unit.facilityCode}</span>
              <span className={classes.dates}>{periodWords(unit)}</span>
            </span>
            {changes && (
              <Menu>
                <Menu.Target>
                  <ActionIcon aria-label={t("tenancy.acts", { unit: unit.code })}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {!unit.movedOutOn && (
                    <Menu.Item leftSection={<IconDoorExit size={16} />} onClick={() => setLeaving(unit)}>
                      {t("tenancy.moveOut")}
                    </Menu.Item>
                  )}
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={16} />}
                    onClick={() => setMistake(unit)}
                  >
                    {t("tenancy.mistake")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      <FormDrawer
        title={t("tenancy.add")}
        opened={adding}
        onClose={() => setAdding(false)}
        initial={{
          facilityId: facility?.id ?? facilities[0]?.id ?? "",
          unitId: "",
          movedInOn: isoToday(new Date()),
        }}
        labels={{}}
        validate={(values) => ({ unitId: values.unitId ? null : t("field.required") })}
        save={async ({ unitId, movedInOn }, { key }) => {
          await moveIn.mutateAsync({
            headers: idempotent(key),
            body: { personId: person.id, unitId, movedInOn },
          });
        }}
      >
        {(form) => (
          <>
            <FacilitySelect
              value={form.values.facilityId}
              onChange={(id) => form.setValues({ facilityId: id, unitId: "" })}
            />
            <UnitSelect
              key={form.values.facilityId}
              facilityId={form.values.facilityId}
              label={t("unit.one")}
              required
              {...form.getInputProps("unitId")}
            />
            <DayInput label={t("tenancy.movedInOn")} required {...form.getInputProps("movedInOn")} />
          </>
        )}
      </FormDrawer>
      {leaving && (
        <ConsentDialog
          title={t("tenancy.moveOutTitle", { name: person.name, unit: leaving.code })}
          confirm={t("tenancy.moveOut")}
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            const path = { params: { path: { id: leaving.tenancyId } } };
            const left = await change.mutateAsync({
              ...path,
              headers: ifMatch(leaving),
              body: { movedOutOn: leavesOn },
            });
            offerUndo(t("tenancy.movedOut", { unit: leaving.code, date: format.date(leavesOn) }), () =>
              change
                .mutateAsync({ ...path, headers: ifMatch(left), body: { movedOutOn: null } })
                .then(() => undefined),
            );
          }}
        >
          {person.logins.length > 0 && (
            <p style={{ margin: 0 }}>
              {t("tenancy.loginStays")}{" "}
              <Anchor component="button" type="button" inherit onClick={toLogins}>
                {t("tenancy.toLogins")}
              </Anchor>
            </p>
          )}
          <DayInput
            data-autofocus
            label={t("tenancy.movedOutOn")}
            description={t("tenancy.movedOutHint")}
            required
            value={leavesOn}
            onChange={(value) => value && setLeavesOn(value)}
          />
        </ConsentDialog>
      )}
      {mistake && (
        <ConsentDialog
          title={t("tenancy.mistakeTitle", { unit: mistake.code })}
          confirm={t("tenancy.mistake")}
          danger
          onClose={() => setMistake(undefined)}
          onConfirm={() =>
            remove.mutateAsync({ params: { path: { id: mistake.tenancyId } }, headers: ifMatch(mistake) })
          }
        >
          <p style={{ margin: 0 }}>{t("tenancy.mistakeWords")}</p>
        </ConsentDialog>
      )}
    </GrowingSection>
  );

  function periodWords(unit: PersonUnit): string {
    const from = unit.movedInOn && format.date(unit.movedInOn);
    const to = unit.movedOutOn && format.date(unit.movedOutOn);
    if (to) return from ? t("tenancy.period", { from, to }) : t("tenancy.until", { to });
    return from ? t("tenancy.since", { from }) : t("tenancy.sinceUnknown");
  }
}

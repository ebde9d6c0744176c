import { Select, Stack, TextInput } from "@mantine/core";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Unit, UnitKind } from "../../api/views";
import { useText } from "../../i18n/text";
import { FormDrawer } from "../../parts/FormDrawer";

type UnitValues = { code: string; kind: UnitKind; section: string };
const KINDS: readonly UnitKind[] = ["apartment", "parking_space", "berth", "premises"];

const valuesOf = (unit: Unit): UnitValues => ({
  code: unit.code,
  kind: unit.kind,
  section: unit.section ?? "",
});

/** Creates or edits a unit. */
export function UnitForm({
  facility,
  unit,
  opened,
  onClose,
}: {
  facility: { id: string; name: string };
  unit?: Unit;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useText();
  const create = api.useMutation("post", "/units");
  const change = api.useMutation("patch", "/units/{id}");
  return (
    <FormDrawer<UnitValues, Unit>
      title={unit ? t("unit.edit", { code: unit.code }) : t("unit.newIn", { facility: facility.name })}
      opened={opened}
      onClose={onClose}
      initial={unit ? valuesOf(unit) : { code: "", kind: "apartment", section: "" }}
      view={unit}
      valuesOf={valuesOf}
      labels={{
        code: t("unit.code"),
        kind: t("unit.kind"),
        section: t("unit.section"),
      }}
      validate={(values) => ({ code: values.code.trim() ? null : t("field.required") })}
      within={facility.id}
      again
      savedWords={t("unit.saved")}
      save={(values, { key, view, changed }) =>
        view
          ? change.mutateAsync({
              params: { path: { id: view.id } },
              headers: ifMatch(view),
              body: changed as Partial<Unit>,
            })
          : create.mutateAsync({
              headers: idempotent(key),
              params: { query: { facilityId: facility.id } },
              body: {
                code: values.code.trim(),
                kind: values.kind,
                section: values.section.trim() || null,
              },
            })
      }
    >
      {(form) => (
        <Stack gap="sm">
          <TextInput
            label={t("unit.code")}
            description={t("unit.codeHint")}
            required
            data-autofocus
            {...form.getInputProps("code")}
          />
          <Select
            label={t("unit.kind")}
            allowDeselect={false}
            data={KINDS.map((value) => ({ value, label: t(`unit.kind.${value}`) }))}
            {...form.getInputProps("kind")}
          />
          <TextInput
            label={t("unit.section")}
            description={t("unit.sectionHint")}
            {...form.getInputProps("section")}
          />
        </Stack>
      )}
    </FormDrawer>
  );
}

import { NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Circuit } from "../../api/views";
import { useText } from "../../i18n/text";
import { FormDrawer } from "../../parts/FormDrawer";
import { fuseWords } from "./ChargingTree";
import { useTree } from "./useTree";

type CircuitValues = { name: string; parentId: string; fuseA: number | string; phases: string };

const valuesOf = (circuit: Circuit): CircuitValues => ({
  name: circuit.name,
  parentId: circuit.parentId ?? "",
  fuseA: circuit.fuseA,
  phases: String(circuit.phases),
});

/** Adds a circuit below another, or the main fuse where there is none yet; or changes one. */
export function CircuitForm({
  facilityId,
  circuit,
  parentId,
  opened,
  onClose,
  onSaved,
}: {
  facilityId: string;
  circuit?: Circuit | undefined;
  /** What a new one hangs on, to begin with. */
  parentId?: string | undefined;
  opened: boolean;
  onClose: () => void;
  onSaved?: (circuit: Circuit | undefined) => void;
}) {
  const { t } = useText();
  const circuits = useTree(facilityId).data?.circuits ?? [];
  const create = api.useMutation("post", "/circuits");
  const change = api.useMutation("patch", "/circuits/{id}");
  const root = circuits.find((each) => !each.parentId);
  const isMain = circuit ? !circuit.parentId : !root;
  return (
    <FormDrawer<CircuitValues, Circuit>
      title={
        circuit ? t("circuit.edit", { name: circuit.name }) : isMain ? t("circuit.newMain") : t("circuit.new")
      }
      opened={opened}
      onClose={onClose}
      initial={
        circuit
          ? valuesOf(circuit)
          : {
              name: isMain ? t("circuit.mainName") : "",
              parentId: parentId ?? root?.id ?? "",
              fuseA: "",
              phases: "3",
            }
      }
      view={circuit}
      valuesOf={valuesOf}
      labels={{
        name: t("circuit.name"),
        parentId: t("circuit.parent"),
        fuseA: t("circuit.fuse"),
        phases: t("circuit.phases"),
      }}
      shownAs={{
        parentId: (id) => circuits.find((each) => each.id === id)?.name ?? "–",
        fuseA: (amperes) => `${amperes} A`,
        phases: (phases) => t(phases === "3" ? "circuit.threePhases" : "circuit.onePhase"),
      }}
      validate={(values) => ({
        name: values.name.trim() ? null : t("field.required"),
        fuseA: values.fuseA === "" ? t("field.required") : null,
      })}
      savedWords={t("circuit.saved")}
      {...(onSaved && { onSaved })}
      save={(values, { key, view, changed }) =>
        view
          ? change.mutateAsync({
              params: { path: { id: view.id } },
              headers: ifMatch(view),
              body: {
                ...changed,
                ...(changed.phases ? { phases: Number(changed.phases) } : {}),
              } as never,
            })
          : create.mutateAsync({
              headers: idempotent(key),
              params: { query: { facilityId } },
              body: {
                name: values.name.trim(),
                parentId: values.parentId || null,
                fuseA: Number(values.fuseA),
                phases: Number(values.phases),
              },
            })
      }
    >
      {(form) => (
        <Stack gap="sm">
          <TextInput label={t("circuit.name")} required data-autofocus {...form.getInputProps("name")} />
          {!isMain && (
            <Select
              label={t("circuit.parent")}
              description={t("circuit.parentHint")}
              allowDeselect={false}
              required
              data={circuits
                .filter((each) => each.id !== circuit?.id)
                .map((each) => ({ value: each.id, label: `${each.name} (${fuseWords(each)})` }))}
              {...form.getInputProps("parentId")}
            />
          )}
          <NumberInput
            label={isMain ? t("circuit.mainFuse") : t("circuit.fuse")}
            description={t("circuit.fuseHint")}
            required
            min={1}
            max={4000}
            allowDecimal={false}
            suffix=" A"
            {...form.getInputProps("fuseA")}
          />
          <div role="group" aria-label={t("circuit.phases")}>
            <Text component="span" size="sm" fw={500}>
              {t("circuit.phases")}
            </Text>
            <SegmentedControl
              fullWidth
              aria-label={t("circuit.phases")}
              data={[
                { value: "3", label: t("circuit.threePhases") },
                { value: "1", label: t("circuit.onePhase") },
              ]}
              {...form.getInputProps("phases")}
            />
            {form.errors.phases && (
              <Text size="sm" c="var(--bad)" role="alert">
                {form.errors.phases}
              </Text>
            )}
          </div>
        </Stack>
      )}
    </FormDrawer>
  );
}

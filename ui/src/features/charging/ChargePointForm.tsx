import { NumberInput, Radio, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useEffect } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ChargePoint, WaitingChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { FacilitySelect } from "../../parts/FacilitySelect";
import { FormDrawer } from "../../parts/FormDrawer";
import { fuseWords } from "./ChargingTree";
import { useTree } from "./useTree";

const THREE_PHASES = ["RST", "RTS", "SRT", "STR", "TRS", "TSR"] as const;
const ONE_PHASE = ["L1", "L2", "L3"] as const;
const METERS = ["lifetime", "per_session", "resets_on_boot", "mixed"] as const;

type PointValues = {
  facilityId: string;
  identity: string;
  name: string;
  circuitId: string;
  mainFuseA: number | string;
  fuseA: number | string;
  limitA: number | string;
  phaseRotation: ChargePoint["phaseRotation"];
  access: ChargePoint["access"];
  deactivated: boolean;
  meterKind: string;
};

const valuesOf = (point: ChargePoint): PointValues => ({
  facilityId: point.facilityId,
  identity: point.identity,
  name: point.name,
  circuitId: point.circuitId ?? "",
  mainFuseA: "",
  fuseA: point.fuseA,
  limitA: point.limitA,
  phaseRotation: point.phaseRotation,
  access: point.access,
  deactivated: point.state === "deactivated",
  meterKind: point.meterKindSetByHand ? point.meterKind : "",
});

/** Adopts a charge point that has called, prepares one that will, or changes one. */
export function ChargePointForm({
  facilityId,
  point,
  waiting,
  opened,
  onClose,
  onSaved,
}: {
  facilityId: string;
  point?: ChargePoint | undefined;
  /** Who has called and is adopted. */
  waiting?: WaitingChargePoint | undefined;
  opened: boolean;
  onClose: () => void;
  onSaved?: (point: ChargePoint | undefined) => void;
}) {
  const { t, word } = useText();
  const circuits = useTree(point?.facilityId).data?.circuits ?? [];
  const adopt = api.useMutation("post", "/waiting-charge-points/{identity}/adoption");
  const prepare = api.useMutation("post", "/charge-points");
  const change = api.useMutation("patch", "/charge-points/{id}");
  const addCircuit = api.useMutation("post", "/circuits");

  const draft = (values: PointValues, circuitId: string) => ({
    name: values.name.trim(),
    circuitId,
    fuseA: Number(values.fuseA),
    limitA: values.limitA === "" ? null : Number(values.limitA),
    phaseRotation: values.phaseRotation,
    access: values.access,
    deactivated: values.deactivated,
    meterKind: (values.meterKind || null) as ChargePoint["meterKind"] | null,
  });
  const create = async (values: PointValues, key: string): Promise<ChargePoint> => {
    const query = { facilityId: values.facilityId };
    // A facility without circuits gets its main fuse first; its own key makes a second try find it made.
    const circuitId =
      values.circuitId ||
      (
        await addCircuit.mutateAsync({
          headers: idempotent(key, 1),
          params: { query },
          body: {
            name: t("circuit.mainName"),
            parentId: null,
            fuseA: Number(values.mainFuseA),
            phases: 3,
          },
        })
      ).id;
    const body = draft(values, circuitId);
    return waiting
      ? adopt.mutateAsync({
          headers: idempotent(key),
          params: { path: { identity: waiting.identity }, query },
          body,
        })
      : prepare.mutateAsync({
          headers: idempotent(key),
          params: { query },
          body: { ...body, identity: values.identity.trim() },
        });
  };
  return (
    <FormDrawer<PointValues, ChargePoint>
      title={
        point
          ? t("charging.edit", { name: point.name })
          : waiting
            ? t("waiting.adoptTitle", { identity: waiting.identity })
            : t("charging.prepare")
      }
      opened={opened}
      onClose={onClose}
      initial={
        point
          ? valuesOf(point)
          : {
              facilityId,
              identity: waiting?.identity ?? "",
              name: "",
              circuitId: "",
              mainFuseA: "",
              fuseA: "",
              limitA: "",
              phaseRotation: "RST",
              access: "tags",
              deactivated: false,
              meterKind: "",
            }
      }
      view={point}
      valuesOf={valuesOf}
      labels={{
        identity: t("charging.identity"),
        name: t("charging.name"),
        circuitId: t("charging.circuit"),
        fuseA: t("charging.fuse"),
        limitA: t("charging.limit"),
        phaseRotation: t("charging.phaseRotation"),
        access: t("charging.access"),
        deactivated: t("charging.deactivated"),
        meterKind: t("charging.meter"),
      }}
      shownAs={{
        circuitId: (id) => circuits.find((each) => each.id === id)?.name ?? "–",
        fuseA: (amperes) => `${amperes} A`,
        limitA: (amperes) => `${amperes} A`,
        phaseRotation: phaseWords,
        access: (access) => t(`charging.access.${access}`),
        meterKind: (kind) => word("charging.meter", kind),
      }}
      validate={(values) => ({
        identity: values.identity.trim() ? null : t("field.required"),
        name: values.name.trim() ? null : t("field.required"),
        fuseA: values.fuseA === "" ? t("field.required") : null,
        // Of the two the form shows one: the circuits, or the main fuse where there are none.
        circuitId: values.circuitId || values.mainFuseA !== "" ? null : t("field.required"),
        mainFuseA: values.circuitId || values.mainFuseA !== "" ? null : t("field.required"),
      })}
      savedWords={t("charging.saved")}
      {...(onSaved && { onSaved })}
      {...(waiting && { submitLabel: t("waiting.adopt") })}
      save={(values, { key, view, changed: { facilityId: _, mainFuseA: __, ...changed } }) =>
        view
          ? change.mutateAsync({
              params: { path: { id: view.id } },
              headers: ifMatch(view),
              body: changed as never,
            })
          : create(values, key)
      }
    >
      {(form) => (
        <Fields
          form={form}
          known={point !== undefined || waiting !== undefined}
          changeable={!point?.contact && !waiting}
          chooseFacility={!point}
        />
      )}
    </FormDrawer>
  );
}

interface Form {
  values: PointValues;
  getInputProps: (name: string, options?: { type: "checkbox" }) => object;
  setValues: (values: Partial<PointValues>) => void;
  setFieldValue: (name: "circuitId", value: string) => void;
}

function Fields({
  form,
  known,
  changeable,
  chooseFacility,
}: {
  form: Form;
  known: boolean;
  changeable: boolean;
  chooseFacility: boolean;
}) {
  const { t } = useText();
  const { facilityId, circuitId, fuseA } = form.values;
  const tree = useTree(facilityId);
  const circuits = tree.data?.circuits ?? [];
  const circuit = circuits.find(({ id }) => id === circuitId);
  const single = circuit?.phases === 1;
  const only = circuits.length === 1 ? circuits[0]?.id : undefined;
  const { setFieldValue } = form;
  useEffect(() => {
    // The field alone: what is said of other fields stays.
    if (only && !circuitId) setFieldValue("circuitId", only);
  }, [only, circuitId, setFieldValue]);
  return (
    <Stack gap="sm">
      <TextInput
        label={t("charging.identity")}
        description={changeable ? t("charging.identityHint") : t("charging.identityFixed")}
        required={changeable}
        readOnly={!changeable}
        spellCheck={false}
        autoComplete="off"
        {...(changeable && !known ? { "data-autofocus": true } : {})}
        {...form.getInputProps("identity")}
      />
      {chooseFacility && (
        <FacilitySelect
          value={facilityId}
          onChange={(id) => form.setValues({ facilityId: id, circuitId: "" })}
        />
      )}
      <TextInput
        label={t("charging.name")}
        description={t("charging.nameHint")}
        required
        {...(known ? { "data-autofocus": true } : {})}
        {...form.getInputProps("name")}
      />
      {tree.data && circuits.length === 0 ? (
        <NumberInput
          label={t("circuit.mainFuse")}
          description={t("charging.noCircuit")}
          required
          min={1}
          max={4000}
          allowDecimal={false}
          suffix=" A"
          {...form.getInputProps("mainFuseA")}
        />
      ) : (
        <Select
          label={t("charging.circuit")}
          required
          allowDeselect={false}
          data={circuits.map((each) => ({ value: each.id, label: `${each.name} (${fuseWords(each)})` }))}
          {...form.getInputProps("circuitId")}
        />
      )}
      <NumberInput
        label={t("charging.fuse")}
        description={t("charging.fuseHint")}
        required
        min={1}
        max={4000}
        allowDecimal={false}
        suffix=" A"
        {...form.getInputProps("fuseA")}
      />
      <NumberInput
        label={t("charging.limit")}
        description={t("charging.limitHint")}
        placeholder={fuseA === "" ? "" : `${fuseA} A`}
        min={1}
        max={4000}
        allowDecimal={false}
        suffix=" A"
        {...form.getInputProps("limitA")}
      />
      <Select
        label={t("charging.phaseRotation")}
        description={t("charging.phaseRotationHint")}
        allowDeselect={false}
        data={[...(single ? [] : THREE_PHASES), ...ONE_PHASE].map((value) => ({
          value,
          label: phaseWords(value),
        }))}
        {...form.getInputProps("phaseRotation")}
      />
      <Radio.Group label={t("charging.access")} {...form.getInputProps("access")}>
        <Stack gap={4} mt={4}>
          <Radio value="tags" label={t("charging.access.tags")} description={t("charging.accessTagsHint")} />
          <Radio value="everyone" label={t("charging.access.everyone")} />
        </Stack>
      </Radio.Group>
      <Select
        label={t("charging.meter")}
        description={t("charging.meterHint")}
        data={[
          { value: "", label: t("charging.meter.learning") },
          ...METERS.map((value) => ({ value, label: t(`charging.meter.${value}`) })),
        ]}
        allowDeselect={false}
        {...form.getInputProps("meterKind")}
      />
      <Switch
        label={t("charging.deactivated")}
        description={t("charging.deactivatedHint")}
        {...form.getInputProps("deactivated", { type: "checkbox" })}
      />
    </Stack>
  );
}

/** "L1, L2, L3" for RST; a single phase as it is. */
export function phaseWords(rotation: string): string {
  const names: Record<string, string> = { R: "L1", S: "L2", T: "L3" };
  return rotation.startsWith("L") ? rotation : [...rotation].map((letter) => names[letter]).join(", ");
}

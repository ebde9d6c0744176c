import { useMemo } from "react";
import type { UnitKind } from "../../api/views";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";

const KINDS: readonly UnitKind[] = ["apartment", "parking_space", "berth", "premises"];

/** What the units can be filtered by. */
export function useUnitFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "kind",
        label: t("unit.kind"),
        kind: "choice",
        options: KINDS.map((value) => ({ value, label: t(`unit.kind.${value}`) })),
        query: (kind) => ({ kind }),
      },
      {
        id: "section",
        label: t("unit.section"),
        kind: "text",
        operator: "is",
        query: (section) => ({ section }),
      },
      {
        id: "occupied",
        label: t("unit.lived"),
        kind: "choice",
        options: [
          { value: "true", label: t("filter.yes") },
          { value: "false", label: t("filter.no") },
        ],
        query: (occupied) => ({ occupied }),
      },
    ],
    [t],
  );
}

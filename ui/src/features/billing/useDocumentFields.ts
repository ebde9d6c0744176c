import { useMemo } from "react";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import type { Field } from "../../parts/filter/field";
import { DOCUMENT_KINDS, DOCUMENT_STATES } from "./documentWords";

/** What documents can be filtered by. */
export function useDocumentFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "state",
        label: t("document.state"),
        kind: "choice",
        options: DOCUMENT_STATES.map((value) => ({ value, label: t(`document.state.${value}`) })),
        query: (state) => ({ state }),
      },
      {
        id: "kind",
        label: t("document.kind"),
        kind: "choice",
        options: DOCUMENT_KINDS.map((value) => ({ value, label: t(`document.kind.${value}`) })),
        query: (kind) => ({ kind }),
      },
      {
        id: "number",
        label: t("document.numberOrReference"),
        kind: "text",
        operator: "is",
        query: (number) => ({ number }),
      },
      {
        id: "overdue",
        label: t("document.overdue"),
        kind: "choice",
        options: [{ value: "yes", label: t("document.overdueYes") }],
        query: () => ({ overdueOn: isoToday(new Date()) }),
      },
      { id: "issued", label: t("document.issuedOn"), kind: "time" },
    ],
    [t],
  );
}

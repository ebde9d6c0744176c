import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";

const STATES = ["running", "done", "failed", "cancelled"] as const;
const KINDS = ["letters", "import.commit", "import.undo"] as const;

/** What one's tasks can be filtered by. */
export function useTaskFields(): readonly Field[] {
  const { t, word } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "state",
        label: t("tasks.state"),
        kind: "choice",
        options: STATES.map((value) => ({ value, label: t(`jobState.${value}`) })),
        query: (state) => ({ state }),
      },
      {
        id: "kind",
        label: t("tasks.kind"),
        kind: "choice",
        options: KINDS.map((value) => ({ value, label: word("job", value, "job.other") })),
        query: (kind) => ({ kind }),
      },
      { id: "created", label: t("tasks.createdAt"), kind: "time" },
    ],
    [t, word],
  );
}

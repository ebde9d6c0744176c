import { useMemo } from "react";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../../i18n/text";
import type { ChoiceField, Field } from "../../parts/filter/field";

/** What the people can be filtered by, beside the built-in views. */
export function usePeopleFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(() => {
    const either = (id: string, label: string, yes: string, no: string): ChoiceField => ({
      id,
      label,
      kind: "choice",
      options: [
        { value: "true", label: yes },
        { value: "false", label: no },
      ],
      query: (value) => ({ [id]: value }),
    });
    return [
      either("email", t("contact.email"), t("filter.known"), t("filter.missing")),
      either("phone", t("contact.phone"), t("filter.known"), t("filter.missing")),
      either("tenant", t("people.livesHere"), t("filter.yes"), t("filter.no")),
      {
        id: "language",
        label: t("person.language"),
        kind: "choice",
        options: LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] })),
        query: (language) => ({ language }),
      },
      either("protected", t("person.protected"), t("filter.yes"), t("filter.no")),
      { id: "created", label: t("person.createdAt"), kind: "time" },
    ];
  }, [t]);
}

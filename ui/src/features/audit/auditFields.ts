import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { useFacilityChoice } from "../../shell/facilityChoice";

/** What the event log can be filtered by. */
export function useAuditFields(): readonly Field[] {
  const { t, word } = useText();
  const { facilities } = useFacilityChoice();
  const actions = api.useQuery("get", "/audit/actions", {}, { staleTime: Number.POSITIVE_INFINITY });
  return useMemo<Field[]>(
    () => [
      {
        id: "actor",
        label: t("audit.actor"),
        kind: "search",
        useOptions: useActors,
        useLabel: useActorName,
        query: (actorId) => ({ actorId }),
      },
      {
        id: "action",
        label: t("audit.action"),
        kind: "choice",
        options: (actions.data?.items ?? []).map((value) => ({
          value,
          label: word("event", value, "event.other"),
        })),
        query: (action) => ({ action }),
      },
      {
        id: "facility",
        label: t("facility.one"),
        kind: "choice",
        options: facilities.map(({ id, name }) => ({ value: id, label: name })),
        query: (facilityId) => ({ facilityId }),
      },
      { id: "at", label: t("audit.at"), kind: "time" },
    ],
    [t, word, actions.data, facilities],
  );
}

function useActors(typed: string) {
  const { data } = api.useQuery(
    "get",
    "/audit/actors",
    { params: { query: typed.trim() ? { q: typed.trim() } : {} } },
    { placeholderData: keepPreviousData },
  );
  return (data?.items ?? []).map(({ actorId, name }) => ({ value: actorId, label: name }));
}

function useActorName(actorId: string): string | undefined {
  const { data } = api.useQuery(
    "get",
    "/audit/actors",
    { params: { query: { actorId } } },
    { enabled: actorId !== "" },
  );
  return data?.items[0]?.name;
}

import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { CHARGE_STATES } from "./sessionStates";

const OFFERED = 20;

/** What sessions can be filtered by, beside the built-in views. */
export function useSessionFields(): readonly Field[] {
  const { t } = useText();
  const me = useMe();
  const people = can(me, "read_person");
  return useMemo<Field[]>(
    () => [
      {
        id: "chargePoint",
        label: t("session.chargePoint"),
        kind: "search",
        useOptions: useChargePoints,
        useLabel: useChargePointName,
        query: (chargePointId) => ({ chargePointId }),
      },
      ...(people
        ? [
            {
              id: "person",
              label: t("session.person"),
              kind: "search" as const,
              useOptions: usePeople,
              useLabel: usePersonName,
              query: (personId: string) => ({ personId }),
            },
          ]
        : []),
      {
        id: "nobody",
        label: t("session.whoKnown"),
        kind: "choice",
        options: [{ value: "true", label: t("session.nobodyKnown") }],
        query: (ofNobody) => ({ ofNobody }),
      },
      {
        id: "charge",
        label: t("session.chargeState"),
        kind: "choice",
        options: CHARGE_STATES.map((value) => ({ value, label: t(`session.chargeState.${value}`) })),
        query: (chargeState) => ({ chargeState }),
      },
      { id: "started", label: t("session.startedAt"), kind: "time" },
    ],
    [t, people],
  );
}

function useChargePoints(typed: string) {
  const { facility } = useFacilityChoice();
  const q = typed.trim();
  const { data } = api.useQuery(
    "get",
    "/charge-points",
    {
      params: {
        query: { ...(facility && { facilityId: facility.id }), ...(q && { q }), limit: OFFERED },
      },
    },
    { placeholderData: keepPreviousData },
  );
  return (data?.items ?? []).map(({ id, name, identity }) => ({ value: id, label: `${name} (${identity})` }));
}

function useChargePointName(id: string): string | undefined {
  const { data } = api.useQuery(
    "get",
    "/charge-points/{id}",
    { params: { path: { id } } },
    { enabled: id !== "", staleTime: 60_000 },
  );
  return data && `${data.name} (${data.identity})`;
}

function usePeople(typed: string) {
  const { filter } = useFacilityChoice();
  const q = typed.trim();
  const { data } = api.useQuery(
    "get",
    "/persons",
    { params: { query: { ...filter, ...(q && { q }), limit: OFFERED } } },
    { placeholderData: keepPreviousData },
  );
  return (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}

function usePersonName(id: string): string | undefined {
  const { data } = api.useQuery(
    "get",
    "/persons/{id}",
    { params: { path: { id } } },
    { enabled: id !== "", staleTime: 60_000 },
  );
  return data?.name;
}

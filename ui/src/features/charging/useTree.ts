import { api } from "../../api/query";

/** A state grows old without a word from anybody: it is asked for again. */
const AGAIN_MS = 30_000;

/** The circuits and charge points of a facility with how everything is now. */
export function useTree(facilityId: string | undefined) {
  return api.useQuery(
    "get",
    "/charging-tree",
    { params: { query: { facilityId: facilityId ?? "" } } },
    { enabled: facilityId !== undefined, refetchInterval: AGAIN_MS },
  );
}

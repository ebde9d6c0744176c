import { api } from "../api/query";

/** Whom an id means; a dash while that is not known. */
export function PersonName({ id }: { id: string }) {
  const { data } = api.useQuery("get", "/persons/{id}", { params: { path: { id } } }, { staleTime: 60_000 });
  return data?.name ?? "–";
}

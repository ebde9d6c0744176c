import type { UseQueryResult } from "@tanstack/react-query";
import { toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { DetailPanel } from "./DetailPanel";
import { Loaded } from "./Loaded";

/** The panel of a record that is not here yet, or that cannot be shown: its heading says which. */
export function LoadingPanel({
  query,
  onClose,
}: {
  query: Pick<UseQueryResult<unknown, unknown>, "data" | "error" | "refetch" | "isPending">;
  onClose: () => void;
}) {
  const { t } = useText();
  const title = !query.error
    ? t("state.loading")
    : t(toProblem(query.error).status === 404 ? "panel.missing" : "panel.unreached");
  return (
    <DetailPanel title={title} onClose={onClose}>
      <Loaded query={query}>{() => null}</Loaded>
    </DetailPanel>
  );
}

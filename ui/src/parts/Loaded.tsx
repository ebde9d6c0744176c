import { Loader } from "@mantine/core";
import { useTimeout } from "@mantine/hooks";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { ErrorNotice } from "./ErrorNotice";

/** Shows nothing for a blink, words while waiting, the error with another try, or the answer. */
export function Loaded<Data>({
  query,
  children,
}: {
  query: Pick<UseQueryResult<Data, unknown>, "data" | "error" | "refetch" | "isPending">;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    const again = toProblem(query.error).mayPass ? { onRetry: () => void query.refetch() } : {};
    return <ErrorNotice error={query.error} {...again} />;
  }
  return <Waiting />;
}

/** A spinner with words, only once the wait can be felt. */
export function Waiting() {
  const { t } = useText();
  const [felt, setFelt] = useState(false);
  useTimeout(() => setFelt(true), 250, { autoInvoke: true });
  return (
    <output style={{ display: "flex", gap: 12, alignItems: "center", padding: 24, minHeight: 64 }}>
      {felt && (
        <>
          <Loader size="sm" aria-hidden="true" />
          {t("state.loading")}
        </>
      )}
    </output>
  );
}

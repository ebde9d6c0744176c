// Whether the desk still reaches its data: told by the stream of changes, and by answers that never got there.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { client } from "../api/client";
import { followChanges } from "../api/feed";
import { toProblem } from "../api/problem";
import { tryRoomsAgain } from "../routes/room";
import { useHost } from "./Providers";

/** Codes of answers that were given without the data: the host or its database is out of reach. */
const WITHOUT_DATA = /^(network\.unreachable|database\.gone|place\..+|start\.database_gone)$/;
/** How often one looks whether the data is back: soon enough for somebody who waits with a form open. */
const LOOK_MS = 3_000;

/** Since when the desk has no contact, if it has none. What was missed meanwhile is asked for again afterwards. */
export function useContact(): Date | undefined {
  const host = useHost();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [lostAt, setLostAt] = useState<Date>();
  const [silentAt, setSilentAt] = useState<Date>();

  useEffect(() => {
    let wasUp = false;
    return followChanges(host, queryClient, (up) => {
      setLostAt((since) => (up ? undefined : (since ?? new Date())));
      // However short the gap, what was missed in it is unknown: everything on screen is asked for again.
      if (up && wasUp) {
        void queryClient.invalidateQueries();
        tryRoomsAgain();
        void router.invalidate();
      }
      wasUp ||= up;
    });
  }, [host, queryClient, router]);

  useEffect(() => {
    const listen = (event: { type: string; action?: { type: string; error?: unknown } }) => {
      if (event.type !== "updated" || event.action?.type !== "error") return;
      if (WITHOUT_DATA.test(toProblem(event.action.error).code)) setSilentAt((since) => since ?? new Date());
    };
    const stopQueries = queryClient.getQueryCache().subscribe(listen);
    const stopMutations = queryClient.getMutationCache().subscribe(listen);
    return () => {
      stopQueries();
      stopMutations();
    };
  }, [queryClient]);

  useEffect(() => {
    if (!silentAt) return;
    const look = setInterval(() => {
      const back = () => {
        setSilentAt(undefined);
        void queryClient.invalidateQueries();
      };
      client.GET("/system").then(back, () => {});
    }, LOOK_MS);
    return () => clearInterval(look);
  }, [silentAt, queryClient]);

  return lostAt ?? silentAt;
}

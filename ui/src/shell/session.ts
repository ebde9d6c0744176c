// Who is signed in, and what they may do.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { client } from "../api/client";
import { api } from "../api/query";
import type { Me, Permission } from "../api/views";
import { dropDrafts } from "../parts/drafts";

export const meQuery = () => api.queryOptions("get", "/me", {}, { staleTime: 60_000 });
export const systemQuery = () => api.queryOptions("get", "/system", {}, { staleTime: 60_000 });

/** The signed-in user. Only called below a route that made sure there is one. */
export function useMe(): Me {
  const me = api.useQuery("get", "/me", {}, { staleTime: 60_000 }).data;
  if (!me) throw new Error("useMe is called where nobody is signed in");
  return me;
}

/** Whether the user holds a permission anywhere. The host decides; this only says why a button is grey. */
export function can(me: Me, permission: Permission): boolean {
  return me.permissions.includes(permission);
}

/** To be called after a fresh sign-in: what an earlier user saw is forgotten. */
export function useSignedIn(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => forget(queryClient);
}

/** Signs out, leaves the page, and only then forgets what it showed. */
export function useSignOut(): (leave: () => Promise<void>) => Promise<void> {
  const queryClient = useQueryClient();
  return async (leave) => {
    // A sign-out must end here even when the host is out of reach; its own record times out.
    await client.POST("/logout").catch(() => {});
    await leave();
    dropDrafts();
    await forget(queryClient);
  };
}

async function forget(queryClient: QueryClient): Promise<void> {
  await queryClient.cancelQueries();
  queryClient.clear();
}

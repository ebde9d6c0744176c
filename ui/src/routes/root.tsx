// The roots of both routers: what every route may ask for, and the gate in front of the desk.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { toProblem } from "../api/problem";
import type { Host } from "../host";
import type { Key } from "../i18n/text";
import { NotFound } from "../parts/NotFound";
import { Shell } from "../shell/Shell";
import { meQuery, systemQuery } from "../shell/session";

export interface RouteContext {
  queryClient: QueryClient;
  host: Host;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** The word of this route in the breadcrumbs. */
    crumb?: Key;
  }
  interface HistoryState {
    /** Logins whose letters are to be made, too many for an address. */
    loginIds?: string[];
    /** A file that was dropped on another page of the desk. */
    dropped?: File;
  }
}

export const rootRoute = createRootRouteWithContext<RouteContext>()({
  component: Outlet,
  notFoundComponent: () => <NotFound />,
});

/** Everything below is for someone signed in, on a host that is set up, with a password of their own. */
export const deskRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "desk",
  beforeLoad: async ({ context: { queryClient, host }, location }) => {
    if (host.setup && (await host.setup.place()) === null) throw redirect({ to: "/first-run" as string });
    const system = await queryClient.ensureQueryData(systemQuery());
    if (system.state === "setup") throw redirect({ to: "/first-run" as string });
    const me = await queryClient.ensureQueryData(meQuery()).catch((error: unknown) => {
      const signedOut = toProblem(error).status === 401;
      throw signedOut
        ? redirect({ to: "/sign-in" as string, search: { back: location.href } as never })
        : error;
    });
    if (system.vault === "locked") throw redirect({ to: "/vault" as string });
    if (me.mustChangePassword) throw redirect({ to: "/new-password" as string });
  },
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: () => <NotFound />,
});

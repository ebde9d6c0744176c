// The map of the desk. Each room's routes are in routes/; here they are put together.
import { createRouter } from "@tanstack/react-router";
import { Waiting } from "./parts/Loaded";
import {
  firstRunRoute,
  forgotRoute,
  invitationRoute,
  newPasswordRoute,
  placeRoute,
  resetRoute,
  signInRoute,
  vaultRoute,
} from "./routes/access";
import { deskTree } from "./routes/desk";
import { Failed } from "./routes/Failed";
import { type RouteContext, rootRoute } from "./routes/root";

const tree = rootRoute.addChildren([
  signInRoute,
  forgotRoute,
  resetRoute,
  invitationRoute,
  newPasswordRoute,
  vaultRoute,
  placeRoute,
  firstRunRoute,
  deskTree,
]);

export function createDeskRouter(context: RouteContext) {
  return createRouter({
    routeTree: tree,
    basepath: "/admin",
    // The desktop's own scheme has no origin that an address can be compared with: with it, every place would be taken
    // for one outside the desk, and none would open.
    ...(context.host.kind === "desktop" && { origin: "http://app.localhost" }),
    context,
    defaultPreload: false,
    scrollRestoration: true,
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Failed,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createDeskRouter>;
  }
}

// The portal: what residents see, mobile first.
import "./shell/styles";

import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  redirect,
  useLocation,
  useNavigate,
} from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { toProblem } from "./api/problem";
import { createQueryClient } from "./api/query";
import { Forgot } from "./features/access/Forgot";
import { ForcedPassword, ResetPassword } from "./features/access/PasswordPages";
import { SignIn } from "./features/access/SignIn";
import { PortalHome } from "./features/portal/PortalHome";
import { currentHost } from "./host";
import { Waiting } from "./parts/Loaded";
import { NotFound } from "./parts/NotFound";
import type { RouteContext } from "./routes/root";
import { Providers } from "./shell/Providers";
import { meQuery } from "./shell/session";

const root = createRootRouteWithContext<RouteContext>()({
  component: Outlet,
  notFoundComponent: () => <NotFound home="notFound.portal" />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery()).catch((error: unknown) => {
      throw toProblem(error).status === 401 ? redirect({ to: "/sign-in" as string }) : error;
    });
    if (me.mustChangePassword) throw redirect({ to: "/new-password" as string });
  },
  component: PortalHome,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: function SignInRoute() {
    const navigate = useNavigate();
    return (
      <SignIn
        facility="required"
        onForgot={() => void navigate({ to: "/forgot" as string })}
        onSignedIn={() => void navigate({ to: "/" })}
      />
    );
  },
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: function ForgotRoute() {
    const navigate = useNavigate();
    return <Forgot facility="required" onBack={() => void navigate({ to: "/sign-in" as string })} />;
  },
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: function ResetRoute() {
    const navigate = useNavigate();
    // The token of a mailed link stands behind the hash, so that it reaches no server log.
    const token = useLocation({ select: ({ hash }) => hash });
    return <ResetPassword token={token} onDone={() => void navigate({ to: "/sign-in" as string })} />;
  },
});

const newPassword = createRoute({
  getParentRoute: () => root,
  path: "/new-password",
  component: function NewPasswordRoute() {
    const { queryClient } = newPassword.useRouteContext();
    const navigate = useNavigate();
    return (
      <ForcedPassword
        onDone={() => {
          queryClient.clear();
          void navigate({ to: "/" });
        }}
      />
    );
  },
});

async function start() {
  const host = await currentHost();
  const queryClient = createQueryClient(
    () => void router.navigate({ to: "/sign-in" as string, replace: true }),
  );
  const router = createRouter({
    routeTree: root.addChildren([home, signIn, forgot, reset, newPassword]),
    context: { queryClient, host },
    defaultPendingComponent: Waiting,
  });
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <Providers host={host} queryClient={queryClient}>
        {/* The desk's router is the one registered for types; this one has fewer routes. */}
        <RouterProvider router={router as never} />
      </Providers>
    </StrictMode>,
  );
}

void start();

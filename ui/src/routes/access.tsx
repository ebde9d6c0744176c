// Before one is signed in: signing in, getting back in, the first run.
import { createRoute, redirect, useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { Forgot } from "../features/access/Forgot";
import { OpenVault } from "../features/access/OpenVault";
import { AcceptInvitation, ForcedPassword, ResetPassword } from "../features/access/PasswordPages";
import { SignIn } from "../features/access/SignIn";
import { FirstRun } from "../features/setup/FirstRun";
import { lastPlace } from "../shell/lastPlace";
import { systemQuery } from "../shell/session";
import { rootRoute } from "./root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search): { back?: string } =>
    typeof search.back === "string" ? { back: search.back } : {},
  component: function SignInRoute() {
    const router = useRouter();
    const { back } = signInRoute.useSearch();
    return (
      <SignIn
        facility="optional"
        onForgot={() => void router.navigate({ to: "/forgot" })}
        onSignedIn={() => router.history.push(safePlace(back ?? lastPlace(), router.basepath))}
      />
    );
  },
});

/** Only a path of our own is followed after signing in, never an address from outside. */
function safePlace(place: string | undefined, basepath: string): string {
  const path = place && /^\/(?!\/)/.test(place) && !place.includes("/sign-in") ? place : "/";
  return path.startsWith(basepath) ? path : `${basepath}${path}`;
}

export const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot",
  component: function ForgotRoute() {
    const navigate = useNavigate();
    return <Forgot facility="optional" onBack={() => void navigate({ to: "/sign-in" })} />;
  },
});

export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  component: function ResetRoute() {
    const navigate = useNavigate();
    // The token of a mailed link stands behind the hash, so that it reaches no server log.
    const token = useLocation({ select: ({ hash }) => hash });
    return <ResetPassword token={token} onDone={() => void navigate({ to: "/sign-in" })} />;
  },
});

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  component: function InvitationRoute() {
    const navigate = useNavigate();
    const token = useLocation({ select: ({ hash }) => hash });
    return <AcceptInvitation token={token} onDone={() => void navigate({ to: "/sign-in" })} />;
  },
});

export const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/new-password",
  component: function NewPasswordRoute() {
    const { queryClient } = newPasswordRoute.useRouteContext();
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

export const vaultRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/vault",
  component: function VaultRoute() {
    const { queryClient } = vaultRoute.useRouteContext();
    const navigate = useNavigate();
    return (
      <OpenVault
        onDone={() => {
          queryClient.clear();
          void navigate({ to: "/" });
        }}
      />
    );
  },
});

export const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/first-run",
  beforeLoad: async ({ context: { queryClient, host } }) => {
    if (host.setup && (await host.setup.place()) === null) return;
    const system = await queryClient.fetchQuery(systemQuery());
    if (system.state === "ready") throw redirect({ to: "/" as string });
  },
  component: function FirstRunRoute() {
    const { queryClient } = firstRunRoute.useRouteContext();
    const navigate = useNavigate();
    return (
      <FirstRun
        isSetUp={async () => {
          const { state } = await queryClient.fetchQuery({ ...systemQuery(), staleTime: 0 });
          return state === "ready";
        }}
        onDone={() => {
          queryClient.clear();
          void navigate({ to: "/" });
        }}
      />
    );
  },
});

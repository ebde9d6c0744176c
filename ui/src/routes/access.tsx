// Before one is signed in: signing in, getting back in, the first run.
import { createRoute, redirect, useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { Forgot } from "../features/access/Forgot";
import { OpenVault } from "../features/access/OpenVault";
import { AcceptInvitation, ForcedPassword, ResetPassword } from "../features/access/PasswordPages";
import { SignIn } from "../features/access/SignIn";
import { ChoosePlace } from "../features/setup/ChoosePlace";
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
    const { host } = signInRoute.useRouteContext();
    return (
      <SignIn
        facility="optional"
        {...(host.setup && { onOtherPlace: () => void router.navigate({ to: "/place" }) })}
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
    const { queryClient, host } = vaultRoute.useRouteContext();
    const navigate = useNavigate();
    return (
      <OpenVault
        {...(host.setup && { onReopen: host.setup.reopen })}
        onDone={() => {
          queryClient.clear();
          void navigate({ to: "/" });
        }}
      />
    );
  },
});

/** Another place for the data, while the one that is remembered fails or is the wrong one. Only a desktop has a choice. */
export const placeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/place",
  beforeLoad: ({ context: { host } }) => {
    if (!host.setup) throw redirect({ to: "/" as string });
  },
  loader: ({ context: { host } }) => host.setup?.place(),
  component: function PlaceRoute() {
    const { queryClient, host } = placeRoute.useRouteContext();
    const navigate = useNavigate();
    const current = placeRoute.useLoaderData() ?? null;
    if (!host.setup) return null;
    return (
      <ChoosePlace
        setup={host.setup}
        current={current}
        onChosen={async () => {
          queryClient.clear();
          await navigate({ to: "/" });
        }}
        onBack={() => void navigate({ to: "/" })}
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
  loader: async ({ context: { host } }) => (await host.setup?.place()) != null,
  component: function FirstRunRoute() {
    const { queryClient } = firstRunRoute.useRouteContext();
    const hasPlace = firstRunRoute.useLoaderData();
    const navigate = useNavigate();
    return (
      <FirstRun
        hasPlace={hasPlace}
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

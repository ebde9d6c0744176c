// Before one is signed in at the desk: signing in, getting back in, the first run.
import { createRoute, redirect, useNavigate, useRouter } from "@tanstack/react-router";
import { SignIn } from "../features/access/SignIn";
import { lastPlace } from "../shell/lastPlace";
import { systemQuery } from "../shell/session";
import { ForgotDoor, NewPasswordDoor, ResetDoor, useFreshStart, useMailedToken } from "./doors";
import { room } from "./room";
import { rootRoute } from "./root";

const AcceptInvitation = room(() => import("../features/access/PasswordPages"), "AcceptInvitation");
const OpenVault = room(() => import("../features/access/OpenVault"), "OpenVault");
const ChoosePlace = room(() => import("../features/setup/ChoosePlace"), "ChoosePlace");
const FirstRun = room(() => import("../features/setup/FirstRun"), "FirstRun");

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
  component: () => <ForgotDoor facility="optional" />,
});

export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  component: ResetDoor,
});

export const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/new-password",
  component: NewPasswordDoor,
});

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  component: function InvitationRoute() {
    const navigate = useNavigate();
    return <AcceptInvitation token={useMailedToken()} onDone={() => void navigate({ to: "/sign-in" })} />;
  },
});

export const vaultRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/vault",
  component: function VaultRoute() {
    const { host } = vaultRoute.useRouteContext();
    return <OpenVault {...(host.setup && { onReopen: host.setup.reopen })} onDone={useFreshStart()} />;
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
    return (
      <FirstRun
        hasPlace={hasPlace}
        isSetUp={async () => {
          const { state } = await queryClient.fetchQuery({ ...systemQuery(), staleTime: 0 });
          return state === "ready";
        }}
        onDone={useFreshStart()}
      />
    );
  },
});

// The portal: what residents see, mobile first.
import "./shell/portalStyles";

import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  redirect,
  useNavigate,
} from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { toProblem } from "./api/problem";
import { createQueryClient } from "./api/query";
import { SignIn } from "./features/access/SignIn";
import { currentHost } from "./host";
import { portalWords } from "./i18n/portalWords";
import { Waiting } from "./parts/Loaded";
import { NotFound } from "./parts/NotFound";
import { ForgotDoor, NewPasswordDoor, ResetDoor } from "./routes/doors";
import { Failed } from "./routes/Failed";
import { room } from "./routes/room";
import type { RouteContext } from "./routes/root";
import { spokenFirst } from "./shell/language";
import { Providers } from "./shell/Providers";
import { meQuery } from "./shell/session";

const root = createRootRouteWithContext<RouteContext>()({
  component: Outlet,
  notFoundComponent: () => <NotFound home="notFound.portal" />,
});

const PaymentPage = room(() => import("./features/portal/PaymentPage"), "PaymentPage");

const TermsPage = room(() => import("./features/portal/TermsPage"), "TermsPage");

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery()).catch((error: unknown) => {
      throw toProblem(error).status === 401 ? redirect({ to: "/sign-in" as string }) : error;
    });
    if (me.mustChangePassword) throw redirect({ to: "/new-password" as string });
  },
  component: room(() => import("./features/portal/PortalHome"), "PortalHome"),
});

const payment = createRoute({
  getParentRoute: () => root,
  path: "/payments/$id",
  beforeLoad: home.options.beforeLoad,
  component: function PaymentRoute() {
    const { id } = payment.useParams() as { id: string };
    return <PaymentPage id={id} />;
  },
});

// Whoever has not signed in reads them as well, and so do those who carry the money.
const terms = createRoute({
  getParentRoute: () => root,
  path: "/terms/$id",
  component: function TermsRoute() {
    const { id } = terms.useParams() as { id: string };
    return <TermsPage id={id} />;
  },
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
  component: () => <ForgotDoor facility="required" />,
});

const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: ResetDoor });

const newPassword = createRoute({
  getParentRoute: () => root,
  path: "/new-password",
  component: NewPasswordDoor,
});

async function start() {
  const [host, spoken] = await Promise.all([currentHost(), spokenFirst(portalWords)]);
  const queryClient = createQueryClient(
    () => void router.navigate({ to: "/sign-in" as string, replace: true }),
  );
  const router = createRouter({
    routeTree: root.addChildren([home, payment, terms, signIn, forgot, reset, newPassword]),
    context: { queryClient, host },
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Failed,
  });
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <Providers host={host} queryClient={queryClient} spoken={spoken}>
        {/* The desk's router is the one registered for types; this one has fewer routes. */}
        <RouterProvider router={router as never} />
      </Providers>
    </StrictMode>,
  );
}

void start();

// The desk: starts the admin interface in whichever shell it finds itself.
import "./shell/deskStyles";

import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query";
import { currentHost } from "./host";
import { deskWords } from "./i18n/deskWords";
import { createDeskRouter } from "./router";
import { signInEnded } from "./shell/endedSignIn";
import { spokenFirst } from "./shell/language";
import { lastPlace } from "./shell/lastPlace";
import { Providers } from "./shell/Providers";

async function start() {
  const [host, spoken] = await Promise.all([currentHost(), spokenFirst(deskWords)]);
  const leave = () => void router.navigate({ to: "/sign-in", replace: true });
  const queryClient = createQueryClient(() => signInEnded(leave));
  const router = createDeskRouter({ queryClient, host });
  // A desktop window opens at the start page; it goes on where the user left.
  const place = lastPlace();
  if (host.kind === "desktop" && place && /^\/admin\/?$/.test(window.location.pathname)) {
    window.history.replaceState(null, "", place);
  }
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <Providers host={host} queryClient={queryClient} spoken={spoken}>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  );
}

void start();

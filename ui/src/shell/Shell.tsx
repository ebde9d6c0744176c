import { useHotkeys } from "@mantine/hooks";
import { IconCloudOff, IconMailShare, IconMoodSmile } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { MenuAct } from "../host";
import { useText } from "../i18n/text";
import { refreshRows } from "../parts/table/useStayingRow";
import { redoLast, undoLast } from "../parts/undo";
import { useContact } from "./contact";
import { useEndedSignIn } from "./endedSignIn";
import { useFacilityChoice } from "./facilityChoice";
import { useKeptFocus } from "./keptFocus";
import { useLanguage } from "./language";
import { keepPlace } from "./lastPlace";
import { Palette } from "./Palette";
import { useHost } from "./Providers";
import { Rail } from "./Rail";
import classes from "./Shell.module.css";
import { ShortcutList } from "./ShortcutList";
import { useMe } from "./session";
import { TopBar } from "./TopBar";

// Nothing to see until a file is dragged: it may come after the first screen.
const DropAnywhere = lazy(async () => ({
  default: (await import("../features/imports/DropAnywhere")).DropAnywhere,
}));

// Only somebody whose sign-in ends inside a form meets it.
const SignInAgain = lazy(async () => ({
  default: (await import("../features/access/SignInAgain")).SignInAgain,
}));

/** The frame of the desk: rail, top bar, banners, and the room one is in. */
export function Shell({ children }: { children: ReactNode }) {
  const { t, format } = useText();
  const me = useMe();
  const router = useRouter();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [listing, setListing] = useState(false);
  const [, setLanguage] = useLanguage();
  const lostAt = useContact();
  const signInHasEnded = useEndedSignIn();
  const room = useKeptFocus<HTMLElement>();
  const { training } = useFacilityChoice();
  const href = useRouterState({ select: (state) => state.location.href });

  const host = useHost();
  useEffect(() => setLanguage(me.language), [me.language, setLanguage]);
  useEffect(() => keepPlace(href), [href]);
  useEffect(
    () => host.followMenu((act) => follow(act, (place) => router.history.push(place))),
    [host, router],
  );
  const refresh = () => {
    refreshRows();
    void queryClient.invalidateQueries();
  };
  useHotkeys([
    ["shift+?", () => setListing(true)],
    ["mod+/", () => setListing(true)],
    ["alt+ArrowLeft", () => router.history.back()],
    ["alt+ArrowRight", () => router.history.forward()],
    ["mod+,", () => void navigate({ to: "/settings" })],
    ["F5", refresh],
    ["mod+R", refresh],
    ["mod+Z", undoLast],
    ["mod+Y", redoLast],
    ["mod+shift+Z", redoLast],
  ]);

  return (
    <div className={classes.shell} data-training={training || undefined}>
      <a href="#main" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <Rail />
      <div className={classes.main}>
        {training && (
          <div className={classes.training} role="status">
            <IconMoodSmile size={16} aria-hidden="true" /> {t("shell.training")}
          </div>
        )}
        {me.mailDivertedTo && !training && (
          <div className={classes.diverted} role="status">
            <IconMailShare size={16} aria-hidden="true" />{" "}
            {t("shell.diverted", { address: me.mailDivertedTo })}
          </div>
        )}
        {lostAt && (
          <div className={classes.lost} role="status">
            <IconCloudOff size={16} aria-hidden="true" /> {t("shell.lost", { time: format.time(lostAt) })}
          </div>
        )}
        <TopBar onShortcuts={() => setListing(true)} />
        <main
          ref={room}
          id="main"
          tabIndex={-1}
          className={classes.content}
          data-stale={lostAt ? true : undefined}
        >
          {children}
        </main>
      </div>
      <Palette onShortcuts={() => setListing(true)} />
      <Suspense>
        <DropAnywhere />
        {signInHasEnded && <SignInAgain me={me} />}
      </Suspense>
      <ShortcutList opened={listing} onClose={() => setListing(false)} />
    </div>
  );
}

/** Does what the window's own menu asked for. Keys go where the focus is, as if they had been pressed. */
function follow(act: MenuAct, go: (place: string) => void): void {
  if ("go" in act) {
    go(act.go);
    return;
  }
  const { key, ctrl, shift } = act.press;
  const target = document.activeElement ?? document.documentElement;
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, ctrlKey: ctrl, shiftKey: shift, bubbles: true, cancelable: true }),
  );
}

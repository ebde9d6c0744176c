import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useText } from "../../i18n/text";
import { PageHeader } from "../../parts/PageHeader";
import { SETTINGS_PAGES } from "../../shell/rooms";
import { can, useMe } from "../../shell/session";
import classes from "./SettingsFrame.module.css";

/** The settings, each group on a page of its own. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const { t } = useText();
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={classes.frame}>
      <PageHeader title={t("room.settings")} />
      <div className={classes.columns}>
        <nav aria-label={t("room.settings")} className={classes.nav}>
          {SETTINGS_PAGES.filter((page) => !page.permission || can(me, page.permission)).map((page) => (
            <Link key={page.to} to={page.to} aria-current={path === page.to ? "page" : undefined}>
              {t(page.text)}
            </Link>
          ))}
        </nav>
        <div className={classes.page}>{children}</div>
      </div>
    </div>
  );
}

import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Permission } from "../../api/views";
import { type Key, useText } from "../../i18n/text";
import { PageHeader } from "../../parts/PageHeader";
import { can, useMe } from "../../shell/session";
import classes from "./SettingsFrame.module.css";

const PAGES: readonly { to: string; text: Key; permission?: Permission }[] = [
  { to: "/settings/account", text: "account.title" },
  { to: "/settings/mail", text: "mail.title", permission: "change_setting" },
  { to: "/settings/sms", text: "sms.title", permission: "change_setting" },
  { to: "/settings/mail-texts", text: "mailText.title", permission: "change_organisation" },
  { to: "/settings/prices", text: "priceFeed.title", permission: "change_setting" },
  { to: "/settings/password-policy", text: "policy.title", permission: "change_setting" },
  { to: "/settings/installation", text: "installation.title", permission: "change_setting" },
];

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
          {PAGES.filter((page) => !page.permission || can(me, page.permission)).map((page) => (
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

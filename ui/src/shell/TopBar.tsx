import { ActionIcon } from "@mantine/core";
import { IconArrowLeft, IconArrowRight, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { Link, useMatches, useRouter } from "@tanstack/react-router";
import { Fragment } from "react";
import { type Key, useText } from "../i18n/text";
import { shadeOf } from "../parts/colours";
import { Keys } from "../parts/Keys";
import { useDocumentTitle } from "./documentTitle";
import { useFacilityChoice } from "./facilityChoice";
import { openPalette } from "./Palette";
import { IS_MAC } from "./shortcuts";
import { TaskCentre } from "./TaskCentre";
import classes from "./TopBar.module.css";
import { UserMenu } from "./UserMenu";

/** Where one is, and the way to everything else. */
export function TopBar({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useText();
  const router = useRouter();
  const { facility, organisation } = useFacilityChoice();
  const crumbs = useCrumbs();
  useDocumentTitle(crumbs.at(-1)?.text ?? t("notFound.title"), facility?.name ?? organisation?.name);
  return (
    <header
      className={classes.bar}
      style={{ borderTopColor: facility ? shadeOf(facility.colour) : "transparent" }}
    >
      <div className={classes.history}>
        <ActionIcon aria-label={t("shortcuts.back")} title="Alt+←" onClick={() => router.history.back()}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <ActionIcon
          aria-label={t("shortcuts.forward")}
          title="Alt+→"
          onClick={() => router.history.forward()}
        >
          <IconArrowRight size={18} />
        </ActionIcon>
      </div>
      <Crumbs facility={facility?.name} crumbs={crumbs} />
      <button type="button" className={classes.search} onClick={openPalette}>
        <IconSearch size={16} aria-hidden="true" />
        <span className={classes.hint}>{t("palette.hint")}</span>
        <Keys keys={["Ctrl", "K"]} mac={IS_MAC} />
      </button>
      <TaskCentre />
      <UserMenu onShortcuts={onShortcuts} />
    </header>
  );
}

interface Crumb {
  to: string;
  text: string;
}

function useCrumbs(): Crumb[] {
  const { t } = useText();
  return useMatches().flatMap((match) => {
    const crumb = (match.staticData as { crumb?: Key }).crumb;
    return crumb ? [{ to: match.pathname, text: t(crumb) }] : [];
  });
}

function Crumbs({ facility, crumbs }: { facility: string | undefined; crumbs: readonly Crumb[] }) {
  const { t } = useText();
  return (
    <nav aria-label={t("crumbs.label")} className={classes.crumbs}>
      {facility && <span className={classes.soft}>{facility}</span>}
      {crumbs.map((crumb, index) => (
        <Fragment key={crumb.to}>
          {(index > 0 || facility) && (
            <IconChevronRight size={14} aria-hidden="true" className={classes.between} />
          )}
          {index === crumbs.length - 1 ? (
            <span aria-current="location" className={classes.here}>
              {crumb.text}
            </span>
          ) : (
            <Link to={crumb.to}>{crumb.text}</Link>
          )}
        </Fragment>
      ))}
    </nav>
  );
}

import { CloseButton } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useText } from "../i18n/text";
import classes from "./DetailPanel.module.css";

/** List in the middle, detail to the right. On a narrow window the detail covers the list. */
export function Split({ list, detail }: { list: ReactNode; detail?: ReactNode }) {
  return (
    <div className={classes.split} data-open={detail ? true : undefined}>
      <div className={classes.list}>{list}</div>
      {detail}
    </div>
  );
}

/** The panel of one record. Esc closes it; the address names it, so it can be linked to. */
export function DetailPanel({
  title,
  badges,
  subtitle,
  actions,
  onClose,
  children,
}: {
  title: ReactNode;
  badges?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  const panel = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    // Asked on the way down and from before any dialog of the panel is open: a dialog that closes on the same Esc may
    // have left the page when the key comes back up, and one Esc closes one thing.
    let layerAbove = false;
    const look = () => {
      layerAbove = document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !layerAbove && !event.defaultPrevented) close.current();
    };
    window.addEventListener("keydown", look, true);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", look, true);
      window.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <aside ref={panel} className={classes.panel} aria-label={typeof title === "string" ? title : undefined}>
      <header className={classes.head}>
        <div className={classes.names}>
          <h2 className={classes.title}>{title}</h2>
          {badges}
        </div>
        <CloseButton aria-label={t("action.closePanel")} title="Esc" onClick={onClose} />
        {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className={classes.body} tabIndex={0} role="region" aria-label={t("panel.details")}>
        {children}
      </div>
    </aside>
  );
}

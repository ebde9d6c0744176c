import { Button, CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../i18n/text";
import classes from "./BulkBar.module.css";

/** A selection as a bulk action sees it. `resolve` reads the rows, all of them if all are meant. */
export interface Picked<Row> {
  count: number;
  clear: () => void;
  resolve: () => Promise<Row[]>;
}

export function BulkBar({
  count,
  all,
  onClear,
  children,
}: {
  count: string;
  all: boolean;
  onClear: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("table.bulkActions")}>
      <strong>{all ? t("table.allInFilter", { count }) : t("table.selected", { count })}</strong>
      <div className={classes.actions}>{children}</div>
      <CloseButton
        aria-label={t("table.clearSelection")}
        onClick={onClear}
        variant="transparent"
        c="inherit"
      />
    </div>
  );
}

/** One action in the bar. */
export function BulkButton({
  children,
  onClick,
  icon,
}: {
  children: ReactNode;
  onClick: () => void;
  icon?: ReactNode;
}) {
  return (
    <Button size="compact-sm" variant="white" color="dark" leftSection={icon} onClick={onClick}>
      {children}
    </Button>
  );
}

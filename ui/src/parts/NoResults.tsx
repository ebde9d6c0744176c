import { Button } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useText } from "../i18n/text";
import { EmptyState } from "./EmptyState";

/** What stands in place of a list whose filter leaves nothing, with the way back to all of it. */
export function NoResults({
  icon,
  title,
  onClear,
  children,
}: {
  icon: TablerIcon;
  title: string;
  onClear: () => void;
  children?: ReactNode;
}) {
  const { t } = useText();
  return (
    <EmptyState
      icon={icon}
      title={title}
      action={
        <Button variant="default" onClick={onClear}>
          {t("filter.clear")}
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}

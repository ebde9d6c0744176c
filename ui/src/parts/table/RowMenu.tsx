import { Menu } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";

/** One thing to do with a row; why it cannot be done is said, not hidden. */
export interface RowAction {
  label: string;
  icon?: TablerIcon;
  run: () => void;
  disabledReason?: string | undefined;
  danger?: boolean;
}

/** The right-click menu of a row, at the pointer. */
export function RowMenu({
  x,
  y,
  actions,
  onClose,
}: {
  x: number;
  y: number;
  actions: readonly RowAction[];
  onClose: () => void;
}) {
  return (
    <Menu
      opened
      onChange={(open) => !open && onClose()}
      position="bottom-start"
      // At the pointer: it may reach out of the list.
      withinPortal
      returnFocus={false}
    >
      <Menu.Target>
        <span style={{ position: "fixed", left: x, top: y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, icon: Icon, run, disabledReason, danger }) => (
          <Menu.Item
            key={label}
            leftSection={Icon && <Icon size={16} aria-hidden="true" />}
            disabled={disabledReason !== undefined}
            title={disabledReason}
            color={danger ? "red" : undefined}
            onClick={run}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

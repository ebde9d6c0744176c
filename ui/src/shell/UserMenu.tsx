import { Avatar, Menu, UnstyledButton } from "@mantine/core";
import { IconKeyboard, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useText } from "../i18n/text";
import { MenuGroup } from "../parts/MenuGroup";
import { useMe, useSignOut } from "./session";

export function UserMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useText();
  const me = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={t("account.menu", { name: me.name })} style={{ borderRadius: 999 }}>
          <Avatar size={34} color="teal" variant="filled" aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuGroup
          label={
            <>
              {me.name}
              {me.email && <br />}
              {me.email}
            </>
          }
        >
          <Menu.Item
            leftSection={<IconUserCircle size={16} aria-hidden="true" />}
            onClick={() => void navigate({ to: "/settings/account" })}
          >
            {t("account.title")}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden="true" />} onClick={onShortcuts}>
            {t("shortcuts.title")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden="true" />}
            onClick={() => void signOut(() => navigate({ to: "/sign-in" }))}
          >
            {t("account.signOut")}
          </Menu.Item>
        </MenuGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

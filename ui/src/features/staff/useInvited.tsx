import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconMailPause } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { said } from "../../parts/undo";

/** Says where an invitation is now: on its way, or waiting for mail to be set up. */
export function useInvited(): () => void {
  const { t } = useText();
  const navigate = useNavigate();
  const mail = api.useQuery("get", "/settings/mail", {});
  return () => {
    if (mail.data?.enabled !== false) return said(t("staff.invited"));
    const id = crypto.randomUUID();
    const go = (to: "/notices" | "/settings/mail") => () => {
      notifications.hide(id);
      void navigate({ to });
    };
    notifications.show({
      id,
      color: "orange",
      icon: <IconMailPause size={18} />,
      // It asks for something to be done, so it stays until it has been read.
      autoClose: false,
      closeButtonProps: { "aria-label": t("action.close") },
      message: (
        <>
          {t("staff.invitedHeld")}
          <Group gap="xs" mt={6}>
            <Button size="compact-sm" variant="light" onClick={go("/notices")}>
              {t("staff.toOutbox")}
            </Button>
            <Button size="compact-sm" variant="light" onClick={go("/settings/mail")}>
              {t("staff.toMail")}
            </Button>
          </Group>
        </>
      ),
    });
  };
}

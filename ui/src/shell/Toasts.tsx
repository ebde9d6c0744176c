import { MantineThemeProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useText } from "../i18n/text";

/** The foot of a list, with its counts and its choices, stays in sight below the news. */
const FOOT_PX = 52;

/** Where short news is shown, in the corner. */
export function Toasts() {
  const { t } = useText();
  // The cross that closes one has a name, whoever shows it.
  const closed = { defaultProps: { closeButtonProps: { "aria-label": t("action.close") } } };
  return (
    <MantineThemeProvider inherit theme={{ components: { Notification: closed } }}>
      <Notifications position="bottom-right" limit={4} mb={FOOT_PX} />
    </MantineThemeProvider>
  );
}

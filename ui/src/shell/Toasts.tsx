import { Notifications } from "@mantine/notifications";

/** Where short news is shown, in the corner. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={4} />;
}

import { Notifications } from "@mantine/notifications";

/** The foot of a list, with its counts and its choices, stays in sight below the news. */
const FOOT_PX = 52;

/** Where short news is shown, in the corner. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={4} mb={FOOT_PX} />;
}

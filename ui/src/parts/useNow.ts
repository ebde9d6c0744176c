import { useInterval } from "@mantine/hooks";
import { useState } from "react";

/** The time, fresh every half minute, for ages on screen. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), 30_000, { autoInvoke: true });
  return now;
}

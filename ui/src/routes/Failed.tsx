import { useRouter } from "@tanstack/react-router";
import { toProblem } from "../api/problem";
import { ErrorNotice } from "../parts/ErrorNotice";
import { useHost } from "../shell/Providers";
import { room, tryRoomsAgain } from "./room";

const PlaceFailed = room(() => import("../features/access/PlaceFailed"), "PlaceFailed");

/** Codes with which the shell says that the place of the data cannot be opened. */
const OF_THE_PLACE = /^(place|start|keychain|shell)\./;

/** In the place of a page that could not be shown: what happened, and another try. */
export function Failed({ error }: { error: unknown }) {
  const router = useRouter();
  const { setup } = useHost();
  if (setup && OF_THE_PLACE.test(toProblem(error).code)) {
    return (
      <PlaceFailed
        setup={setup}
        error={error}
        onRetry={() => router.invalidate()}
        onOther={() => void router.navigate({ to: "/place" as string })}
      />
    );
  }
  return (
    <div style={{ maxWidth: 560, margin: "12vh auto", padding: 16 }}>
      <ErrorNotice
        error={error}
        onRetry={() => {
          tryRoomsAgain();
          void router.invalidate();
        }}
      />
    </div>
  );
}

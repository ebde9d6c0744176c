import { Button, Group, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { Place, PlaceSetup } from "../../host";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { AccessFrame } from "./AccessFrame";

/** The remembered place did not open: why, and the two ways on. */
export function PlaceFailed({
  setup,
  error,
  onRetry,
  onOther,
}: {
  setup: PlaceSetup;
  error: unknown;
  onRetry: () => Promise<void>;
  onOther: () => void;
}) {
  const { t } = useText();
  const [place, setPlace] = useState<Place | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let gone = false;
    void setup.place().then((it) => gone || setPlace(it));
    return () => {
      gone = true;
    };
  }, [setup]);
  const retry = () => {
    setBusy(true);
    void onRetry().finally(() => setBusy(false));
  };
  return (
    <AccessFrame title={t("place.failedTitle")} words={place && whereWords(place, t)}>
      <Stack mt="lg">
        <ErrorNotice error={error} />
        <Group justify="space-between">
          <Button variant="default" onClick={onOther}>
            {t("place.choose")}
          </Button>
          <Button leftSection={<IconRefresh size={16} />} loading={busy} onClick={retry}>
            {t("action.retry")}
          </Button>
        </Group>
      </Stack>
    </AccessFrame>
  );
}

function whereWords(place: Place, t: ReturnType<typeof useText>["t"]): string {
  if (place.kind === "embedded") return t("place.failedEmbedded");
  return place.kind === "postgres"
    ? t("place.failedPostgres", { address: place.url })
    : t("place.failedRemote", { address: place.url });
}

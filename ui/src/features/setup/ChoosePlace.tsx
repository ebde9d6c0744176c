import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { IconCloud, IconDatabase, IconDeviceLaptop, type TablerIcon } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { Host, Place } from "../../host";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import classes from "./ChoosePlace.module.css";
import { SetupFrame } from "./SetupFrame";

const ICONS: Record<Place["kind"], TablerIcon> = {
  embedded: IconDeviceLaptop,
  postgres: IconDatabase,
  remote: IconCloud,
};
const KINDS = ["embedded", "postgres", "remote"] as const;

/** Where the data of this desktop lives. Asked once; most keep the first answer. */
export function ChoosePlace({
  setup,
  onChosen,
}: {
  setup: NonNullable<Host["setup"]>;
  onChosen: () => Promise<void>;
}) {
  const { t } = useText();
  const [kind, setKind] = useState<Place["kind"]>("embedded");
  const [url, setUrl] = useState("");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await setup.choose(kind === "embedded" ? { kind } : { kind, url: url.trim() });
      await onChosen();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SetupFrame step={undefined} title={t("place.title")} words={t("place.words")}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack mt="lg">
          <Radio.Group
            value={kind}
            onChange={(value) => setKind(value as Place["kind"])}
            aria-label={t("place.title")}
          >
            <Stack gap="sm">
              {KINDS.map((each) => {
                const Icon = ICONS[each];
                return (
                  <Radio.Card key={each} value={each} className={classes.card}>
                    <Icon size={26} stroke={1.6} aria-hidden="true" />
                    <span>
                      <span className={classes.name}>{t(`place.${each}.title`)}</span>
                      <span className={classes.words}>{t(`place.${each}.words`)}</span>
                    </span>
                    <Radio.Indicator />
                  </Radio.Card>
                );
              })}
            </Stack>
          </Radio.Group>
          {kind !== "embedded" && (
            <TextInput
              label={t(`place.${kind}.address`)}
              placeholder={
                kind === "postgres" ? "postgres://stolpe@server/stolpe" : "https://stolpe.example.se"
              }
              required
              autoFocus
              spellCheck={false}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
          )}
          {error !== undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={kind !== "embedded" && !url.trim()}>
              {t("action.next")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SetupFrame>
  );
}

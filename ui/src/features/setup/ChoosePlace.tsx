import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { IconCloud, IconDatabase, IconDeviceLaptop, type TablerIcon } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { toProblem } from "../../api/problem";
import type { Place, PlaceSetup, PlaceTerms } from "../../host";
import { useText } from "../../i18n/text";
import { ChoiceCard } from "../../parts/ChoiceCard";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { CertificateCheck } from "./CertificateCheck";
import { KeyFileOffer } from "./KeyFileOffer";
import { SetupFrame } from "./SetupFrame";

const ICONS: Record<Place["kind"], TablerIcon> = {
  embedded: IconDeviceLaptop,
  postgres: IconDatabase,
  remote: IconCloud,
};
const KINDS = ["embedded", "postgres", "remote"] as const;

/** Where the data of this desktop lives. Asked at the first run, and whenever the place is to be another one. */
export function ChoosePlace({
  setup,
  current,
  onChosen,
  onBack,
}: {
  setup: PlaceSetup;
  current?: Place | null;
  onChosen: () => Promise<void>;
  onBack?: () => void;
}) {
  const { t } = useText();
  const [kind, setKind] = useState<Place["kind"]>(current?.kind ?? "embedded");
  const [url, setUrl] = useState(current && current.kind !== "embedded" ? current.url : "");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const choose = async (terms?: PlaceTerms) => {
    setBusy(true);
    setError(undefined);
    try {
      await setup.choose(kind === "embedded" ? { kind } : { kind, url: url.trim() }, terms);
      await onChosen();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void choose();
  };
  const keepInFile = async () => {
    try {
      if (await setup.chooseKeyFolder()) await choose({ key: "file" });
    } catch (thrown) {
      setError(thrown);
    }
  };
  const problem = error === undefined ? undefined : toProblem(error);
  const isStranger = problem?.code.startsWith("place.certificate");
  return (
    <SetupFrame
      step={current ? null : undefined}
      title={current ? t("place.change") : t("place.title")}
      words={current ? t("place.changeWords") : t("place.words")}
    >
      <form onSubmit={submit}>
        <Stack mt="lg">
          <Radio.Group
            value={kind}
            onChange={(value) => {
              setKind(value as Place["kind"]);
              setError(undefined);
            }}
            aria-label={t("place.title")}
          >
            <Stack gap="sm">
              {KINDS.map((each) => (
                <ChoiceCard
                  key={each}
                  value={each}
                  icon={ICONS[each]}
                  name={t(`place.${each}.title`)}
                  words={t(`place.${each}.words`)}
                />
              ))}
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
              onChange={(event) => {
                setUrl(event.currentTarget.value);
                setError(undefined);
              }}
            />
          )}
          {problem && isStranger && (
            <CertificateCheck
              problem={problem}
              busy={busy}
              onAccept={(certificate) => void choose({ certificate })}
            />
          )}
          {problem && !isStranger && <ErrorNotice error={problem} />}
          {/^(keychain|place\.key_)/.test(problem?.code ?? "") && (
            <KeyFileOffer onChoose={() => void keepInFile()} />
          )}
          <Group justify="space-between">
            {onBack ? (
              <Button variant="default" onClick={onBack}>
                {t("action.back")}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={busy} disabled={kind !== "embedded" && !url.trim()}>
              {t("action.next")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SetupFrame>
  );
}

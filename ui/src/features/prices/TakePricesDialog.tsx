import { Button, FileInput, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { PRICE_AREAS } from "../../parts/colours";
import { errorWords, fieldWords } from "../../parts/ErrorNotice";
import { StateBadge } from "../../parts/StateBadge";
import { useAreas } from "../../parts/useAreas";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./PricesPage.module.css";
import { areaInName } from "./priceDay";

type Area = (typeof PRICE_AREAS)[keyof typeof PRICE_AREAS][number];
const AREAS: readonly Area[] = [...PRICE_AREAS.SE, ...PRICE_AREAS.NO];

interface Result {
  name: string;
  /** Why not; absent where the prices were taken in. */
  fault?: string;
  words: string;
}

/** Takes prices from files: each whole or not at all, and of each what became of it. */
export function TakePricesDialog({
  dropped,
  area: chosen,
  onClose,
}: {
  dropped: File | undefined;
  area: string;
  onClose: (taken: string | undefined) => void;
}) {
  const text = useText();
  const withTown = useAreas();
  const { t, format } = text;
  useFocusGivenBack();
  const take = api.useMutation("post", "/market-prices");
  const [files, setFiles] = useState<File[]>(dropped ? [dropped] : []);
  const named = files.map(({ name }) => areaInName(name)).find((area) => area !== undefined);
  const [typed, setTyped] = useState<string>();
  const area = AREAS.find((each) => each === (typed ?? named ?? chosen));
  const [euro, setEuro] = useState("");
  const [fields, setFields] = useState<Record<string, string>>({});
  const [results, setResults] = useState<Result[]>([]);
  const [taken, setTaken] = useState<string>();
  const [busy, setBusy] = useState(false);

  const read = async (file: File): Promise<Result> => {
    try {
      const answer = await take.mutateAsync({
        body: {
          content: await file.text(),
          // An ENTSO-E document names its area, and another one beside it would be a contradiction.
          ...(isXml(file)
            ? {}
            : { area: typed ? area : ((areaInName(file.name) as Area | undefined) ?? area) }),
          euro: euro.trim() || null,
        },
      });
      setTaken(answer.area);
      const { area: of, quarters, changed, attribution } = answer;
      return {
        name: file.name,
        words: t("price.taken", { area: of, quarters, changed, source: attribution }),
      };
    } catch (error) {
      const problem = toProblem(error);
      const wrong = fieldWords(problem, text);
      if (Object.keys(wrong).length > 0) setFields(wrong);
      const words = errorWords(problem, text);
      const fault = Object.values(wrong).join(" ") || words.happened;
      return { name: file.name, fault, words: `${fault} ${words.unchanged}` };
    }
  };
  const readAll = async () => {
    setBusy(true);
    setFields({});
    const done: Result[] = [];
    for (const file of files) {
      done.push(await read(file));
      setResults([...done]);
    }
    setBusy(false);
  };
  return (
    <Modal
      opened
      onClose={() => onClose(taken)}
      title={t("price.take")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void readAll();
        }}
      >
        <Stack>
          <p style={{ margin: 0 }}>{t("price.takeWords")}</p>
          <FileInput
            label={t("price.files")}
            placeholder={t("price.choose")}
            leftSection={<IconFileImport size={16} />}
            multiple
            required
            clearable
            accept=".json,.xml,application/json,application/xml,text/xml"
            clearButtonProps={{ "aria-label": t("action.clear") }}
            value={files}
            onChange={(next) => {
              setFiles(next);
              setResults([]);
            }}
          />
          <Select
            label={t("facility.priceArea")}
            description={t("price.areaHint")}
            data={withTown(AREAS)}
            value={area ?? null}
            onChange={(next) => setTyped(next ?? "")}
            error={fields.area}
          />
          <TextInput
            label={t("price.euro")}
            description={t("price.euroHint")}
            inputMode="decimal"
            placeholder={format.number(11.25)}
            value={euro}
            onChange={(event) => setEuro(event.currentTarget.value)}
            error={fields.euro}
          />
          {results.length > 0 && (
            <ul className={classes.results} aria-label={t("price.results")} aria-live="polite">
              {results.map(({ name, fault, words }, place) => (
                <li key={`${name}-${place}`}>
                  <span>
                    <strong style={{ fontWeight: 600 }}>{name}</strong>{" "}
                    <StateBadge tone={fault ? "bad" : "good"}>
                      {t(fault ? "price.refused" : "price.done")}
                    </StateBadge>
                  </span>
                  <span>{words}</span>
                </li>
              ))}
            </ul>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => onClose(taken)}>
              {t(taken ? "action.close" : "action.cancel")}
            </Button>
            <Button type="submit" disabled={files.length === 0} loading={busy}>
              {t("price.read", { count: files.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function isXml(file: File): boolean {
  return file.type.includes("xml") || file.name.toLowerCase().endsWith(".xml");
}

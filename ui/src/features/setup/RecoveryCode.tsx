import { Button, CopyButton, Group, Stack, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconPrinter } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useText } from "../../i18n/text";
import classes from "./RecoveryCode.module.css";
import { lastGroup, sameGroup } from "./recoveryGroups";
import { SetupFrame } from "./SetupFrame";

/** Shows the recovery code once. It must be kept outside the computer, so its last group is asked back. */
export function RecoveryCode({
  code,
  organisation,
  onConfirmed,
}: {
  code: string;
  organisation: string;
  onConfirmed: () => void;
}) {
  const { t, format } = useText();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sameGroup(typed, lastGroup(code))) onConfirmed();
    else setWrong(true);
  };
  return (
    <SetupFrame step={4} title={t("recovery.title")} words={t("recovery.words")}>
      <div className={classes.sheet}>
        <p className={classes.owner}>
          {organisation} · {format.date(new Date())}
        </p>
        <p className={classes.code} data-testid="recovery-code">
          {code}
        </p>
        <p className={classes.keep}>{t("recovery.keep")}</p>
      </div>
      <Group mt="sm" gap="xs" data-no-print>
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {t("recovery.print")}
        </Button>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? t("action.copied") : t("action.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
      <form onSubmit={submit} data-no-print>
        <Stack mt="lg">
          <TextInput
            label={t("recovery.confirmLabel")}
            description={t("recovery.confirmHint")}
            required
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            error={wrong ? t("recovery.wrong") : undefined}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setWrong(false);
            }}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!typed.trim()}>
              {t("recovery.done")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SetupFrame>
  );
}

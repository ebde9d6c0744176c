import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useFocusFirst } from "../../parts/undo";
import { AccessFrame } from "./AccessFrame";

/**
 * The secrets are locked: the data moved to another computer, or the key is away. The recovery code opens them, and a
 * desktop can look for the key again.
 */
export function OpenVault({ onDone, onReopen }: { onDone: () => void; onReopen?: () => Promise<void> }) {
  const { t } = useText();
  const recover = api.useMutation("post", "/vault/recover");
  const first = useFocusFirst<HTMLInputElement>();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const reopen = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await onReopen?.();
      onDone();
    } catch (thrown) {
      setFailed(thrown);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recover.mutate({ body: { recoveryCode: code.trim() } }, { onSuccess: onDone });
  };
  return (
    <AccessFrame title={t("vault.title")} words={onReopen ? t("vault.lockedWords") : t("vault.words")}>
      <form onSubmit={submit}>
        <Stack mt="lg">
          <TextInput
            ref={first}
            label={t("vault.code")}
            description={t("vault.codeHint")}
            required
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          {recover.isError && <ErrorNotice error={recover.error} />}
          {failed !== undefined && <ErrorNotice error={failed} />}
          <Button type="submit" size="md" loading={recover.isPending} disabled={!code.trim()}>
            {t("vault.open")}
          </Button>
          {onReopen && (
            <Button variant="default" loading={busy} onClick={() => void reopen()}>
              {t("vault.retry")}
            </Button>
          )}
        </Stack>
      </form>
    </AccessFrame>
  );
}

import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useFocusFirst } from "../../parts/undo";
import { AccessFrame } from "./AccessFrame";

/** The secrets are locked, usually because the data moved to another computer. The recovery code opens them. */
export function OpenVault({ onDone }: { onDone: () => void }) {
  const { t } = useText();
  const recover = api.useMutation("post", "/vault/recover");
  const first = useFocusFirst<HTMLInputElement>();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recover.mutate({ body: { recoveryCode: code.trim() } }, { onSuccess: onDone });
  };
  return (
    <AccessFrame title={t("vault.title")} words={t("vault.words")}>
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
          <Button type="submit" size="md" loading={recover.isPending} disabled={!code.trim()}>
            {t("vault.open")}
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  );
}

import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { IconMailCheck } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useFocusFirst } from "../../parts/undo";
import { AccessFrame } from "./AccessFrame";
import { facilityMemory } from "./facilityMemory";

/** Asks for a way back in. The answer never tells whether the account exists. */
export function Forgot({ facility, onBack }: { facility: "required" | "optional"; onBack: () => void }) {
  const { t } = useText();
  const ask = api.useMutation("post", "/password-resets");
  const first = useFocusFirst<HTMLInputElement>();
  const [code, setCode] = useState(() => facilityMemory.read());
  const [username, setUsername] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate({ body: { username: username.trim(), ...(code.trim() ? { facility: code.trim() } : {}) } });
  };
  if (ask.isSuccess) {
    return (
      <AccessFrame title={t("forgot.title")}>
        <EmptyState
          icon={IconMailCheck}
          title={t("forgot.sentTitle")}
          action={<Button onClick={onBack}>{t("forgot.back")}</Button>}
        >
          {t(facility === "required" ? "forgot.portalSentWords" : "forgot.sentWords")}
        </EmptyState>
      </AccessFrame>
    );
  }
  return (
    <AccessFrame
      title={t("forgot.title")}
      words={t(facility === "required" ? "forgot.portalWords" : "forgot.words")}
    >
      <form onSubmit={submit}>
        <Stack mt="lg">
          <TextInput
            ref={first}
            label={t("signIn.facility")}
            description={facility === "optional" ? t("forgot.facilityHint") : undefined}
            required={facility === "required"}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <TextInput
            label={t("signIn.emailOrUsername")}
            required
            autoComplete="username"
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          {ask.isError && <ErrorNotice error={ask.error} quietCode={facility === "required"} />}
          <Button type="submit" size="md" loading={ask.isPending} disabled={!username.trim()}>
            {t("forgot.submit")}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t("forgot.back")}
          </Anchor>
        </Stack>
      </form>
    </AccessFrame>
  );
}

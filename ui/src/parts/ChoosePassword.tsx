import { Button, PasswordInput, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { toProblem } from "../api/problem";
import { api } from "../api/query";
import { useText } from "../i18n/text";
import { ErrorNotice, fieldWords } from "./ErrorNotice";
import { NewPassword } from "./NewPassword";
import { meetsPolicy } from "./passwordRules";

/** A form for a new password; used wherever one is set. `current` is asked for when there is one to prove. */
export function ChoosePassword({
  askCurrent,
  submitLabel,
  children,
  onSubmit,
}: {
  askCurrent?: boolean;
  submitLabel: string;
  children?: ReactNode;
  onSubmit: (password: string, current: string) => Promise<unknown>;
}) {
  const text = useText();
  const { t } = text;
  const policy = api.useQuery("get", "/password-policy", {}, { staleTime: Number.POSITIVE_INFINITY });
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ready =
    password !== "" &&
    password === again &&
    (!policy.data || meetsPolicy(policy.data, password)) &&
    (!askCurrent || current !== "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit(password, current);
      setCurrent("");
      setPassword("");
      setAgain("");
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const refused = error === undefined ? {} : fieldWords(toProblem(error), text);
  const placed = refused.password ?? refused.new;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack mt="md">
        {children}
        {askCurrent && (
          <PasswordInput
            label={t("password.current")}
            required
            autoComplete="current-password"
            error={refused.current}
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <NewPassword
          value={password}
          again={again}
          onChange={setPassword}
          onAgain={setAgain}
          error={placed}
        />
        {error !== undefined && !placed && !refused.current && <ErrorNotice error={error} />}
        <Button type="submit" size="md" loading={busy} disabled={!ready}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}

import { Alert, Anchor, Button, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { IconClockPause } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { Me } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useFocusFirst } from "../../parts/undo";
import { useSignedIn } from "../../shell/session";
import { AccessFrame } from "./AccessFrame";
import { facilityMemory } from "./facilityMemory";
import { typedPassword } from "./typedPassword";

interface SignInProps {
  /** Residents sign in at a facility; at the desk the code is an extra. */
  facility: "required" | "optional";
  onSignedIn: (me: Me) => void;
  onForgot: () => void;
  /** To where the data is chosen; only a desktop has a choice. */
  onOtherPlace?: () => void;
}

/** Signing in, in as many steps as the account asks for. */
export function SignIn({ facility, onSignedIn, onForgot, onOtherPlace }: SignInProps) {
  const { t } = useText();
  const login = api.useMutation("post", "/login");
  const freshStart = useSignedIn();
  const first = useFocusFirst<HTMLInputElement>();
  const [code, setCode] = useState(() => facilityMemory.read());
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [oneTime, setOneTime] = useState("");
  const [step, setStep] = useState<"password" | "code">("password");
  const [withFacility, setWithFacility] = useState(facility === "required" || code !== "");
  const [lockedUntil, setLockedUntil] = useState<number>();
  const [error, setError] = useState<unknown>();
  const wait = useCountdown(lockedUntil);

  const submit = async (typedCode = oneTime) => {
    setError(undefined);
    try {
      const place = withFacility ? code.trim() : "";
      const answer = await login.mutateAsync({
        body: {
          username: username.trim(),
          password,
          ...(place ? { facility: place } : {}),
          ...(step === "code" ? { code: typedCode } : {}),
        },
      });
      facilityMemory.keep(place);
      typedPassword.keep(answer.me.mustChangePassword ? password : "");
      await freshStart();
      onSignedIn(answer.me);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === "login.code_required") return setStep("code");
      if (problem.code === "login.locked")
        setLockedUntil(Date.now() + Number(problem.params.retryAfterS ?? 60) * 1000);
      setOneTime("");
      setError(thrown);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit();
  };

  if (step === "code") {
    return (
      <AccessFrame title={t("signIn.codeTitle")} words={t("signIn.codeWords")}>
        <form onSubmit={onSubmit}>
          <Stack mt="lg">
            <PinInput
              length={6}
              type="number"
              oneTimeCode
              autoFocus
              aria-label={t("signIn.code")}
              getInputProps={(index) => ({ "aria-label": t("signIn.codeDigit", { digit: index + 1 }) })}
              value={oneTime}
              onChange={setOneTime}
              onComplete={(value) => void submit(value)}
            />
            {error !== undefined && <ErrorNotice error={error} quietCode={facility === "required"} />}
            <Button type="submit" size="md" loading={login.isPending} disabled={oneTime.length < 6}>
              {t("signIn.submit")}
            </Button>
            <Anchor component="button" type="button" size="sm" onClick={() => setStep("password")}>
              {t("signIn.otherAccount")}
            </Anchor>
          </Stack>
        </form>
      </AccessFrame>
    );
  }
  return (
    <AccessFrame
      title={facility === "required" ? t("signIn.portalTitle") : t("signIn.title")}
      words={facility === "required" ? t("signIn.portalWords") : t("signIn.words")}
    >
      <form onSubmit={onSubmit}>
        <Stack mt="lg">
          {withFacility && (
            <TextInput
              ref={code ? undefined : first}
              label={t("signIn.facility")}
              description={t("signIn.facilityHint")}
              required={facility === "required"}
              autoComplete="organization"
              autoCapitalize="characters"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          <TextInput
            ref={withFacility && !code ? undefined : first}
            label={facility === "required" ? t("signIn.username") : t("signIn.emailOrUsername")}
            required
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("signIn.password")}
            required
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {wait > 0 ? (
            <Alert color="orange" icon={<IconClockPause />} title={t("signIn.locked")} role="alert">
              {t("signIn.lockedWait", {
                minutes: Math.floor(wait / 60),
                seconds: String(wait % 60).padStart(2, "0"),
              })}
            </Alert>
          ) : (
            error !== undefined && <ErrorNotice error={error} quietCode={facility === "required"} />
          )}
          <Button
            type="submit"
            size="md"
            loading={login.isPending}
            disabled={wait > 0 || !username.trim() || !password || (facility === "required" && !code.trim())}
          >
            {t("signIn.submit")}
          </Button>
          <Text
            size="sm"
            component="div"
            style={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", gap: 8 }}
          >
            <Anchor component="button" type="button" inherit onClick={onForgot}>
              {t("signIn.forgot")}
            </Anchor>
            {!withFacility && (
              <Anchor component="button" type="button" inherit onClick={() => setWithFacility(true)}>
                {t("signIn.withFacility")}
              </Anchor>
            )}
            {onOtherPlace && (
              <Anchor component="button" type="button" inherit onClick={onOtherPlace}>
                {t("place.choose")}
              </Anchor>
            )}
          </Text>
        </Stack>
      </form>
    </AccessFrame>
  );
}

/** Whole seconds left until an instant, ticking. */
function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  return until ? Math.max(0, Math.ceil((until - now) / 1_000)) : 0;
}

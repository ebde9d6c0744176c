import { Button, Group, Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { Me } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { settleSignIn } from "../../shell/endedSignIn";
import { facilityMemory } from "./facilityMemory";
import { typedPassword } from "./typedPassword";

/**
 * Signing in again where one stands. The same person goes on with the form; somebody else must not get to see it, and
 * begins anew.
 */
export function SignInAgain({ me }: { me: Me }) {
  const text = useText();
  const { t } = text;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const login = api.useMutation("post", "/login");
  const [username, setUsername] = useState(me.email ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const [error, setError] = useState<unknown>();

  const leave = async () => {
    settleSignIn(false);
    await queryClient.cancelQueries();
    await navigate({ to: "/sign-in", search: {} });
    queryClient.clear();
  };
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    const facility = facilityMemory.read();
    try {
      const answer = await login.mutateAsync({
        body: {
          username: username.trim(),
          password,
          ...(facility ? { facility } : {}),
          ...(asksCode ? { code } : {}),
        },
      });
      if (answer.me.loginId === me.loginId) {
        queryClient.setQueryData(api.queryOptions("get", "/me", {}).queryKey, answer.me);
        settleSignIn(true);
        void queryClient.invalidateQueries();
        return;
      }
      typedPassword.keep(answer.me.mustChangePassword ? password : "");
      notifications.show({
        color: "orange",
        autoClose: false,
        title: t("signInAgain.droppedTitle"),
        message: t("signInAgain.dropped", { before: me.name, now: answer.me.name }),
        closeButtonProps: { "aria-label": t("action.close") },
      });
      // By way of where nothing is shown: what stands on the page would go on with what it knew of the one before.
      await leave();
      await navigate({ to: "/", search: {} });
    } catch (thrown) {
      if (toProblem(thrown).code === "login.code_required") return setAsksCode(true);
      setCode("");
      setError(thrown);
    }
  };
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={400}
      title={t("signInAgain.title")}
    >
      <form onSubmit={(event) => void signIn(event)}>
        <Stack gap="sm">
          <span>{t("signInAgain.words", { name: me.name })}</span>
          <TextInput
            label={t("signIn.emailOrUsername")}
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
            data-autofocus
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {asksCode && (
            <TextInput
              label={t("signIn.code")}
              description={t("signIn.codeWords")}
              required
              autoFocus
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          {error !== undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => void leave()}>
              {t("signInAgain.leave")}
            </Button>
            <Button type="submit" loading={login.isPending} disabled={!username.trim() || !password}>
              {t("signIn.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

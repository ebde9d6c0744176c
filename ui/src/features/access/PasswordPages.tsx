import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { ChoosePassword } from "../../parts/ChoosePassword";
import { EmptyState } from "../../parts/EmptyState";
import { Loaded } from "../../parts/Loaded";
import { AccessFrame } from "./AccessFrame";
import { typedPassword } from "./typedPassword";

/** Sets a new password with the link from the mail. */
export function ResetPassword({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useText();
  const reset = api.useMutation("put", "/password-resets/{token}");
  if (reset.isSuccess) {
    return (
      <AccessFrame title={t("reset.title")}>
        <EmptyState
          icon={IconCircleCheck}
          title={t("reset.doneTitle")}
          action={<Button onClick={onDone}>{t("reset.toSignIn")}</Button>}
        >
          {t("reset.doneWords")}
        </EmptyState>
      </AccessFrame>
    );
  }
  return (
    <AccessFrame title={t("reset.title")} words={t("reset.words")}>
      <ChoosePassword
        submitLabel={t("reset.submit")}
        onSubmit={(password) => reset.mutateAsync({ params: { path: { token } }, body: { password } })}
      />
    </AccessFrame>
  );
}

/** A colleague accepts an invitation by choosing a password. */
export function AcceptInvitation({ token, onDone }: { token: string; onDone: () => void }) {
  const { t, word } = useText();
  const invitation = api.useQuery("get", "/invitations/{token}", { params: { path: { token } } });
  const accept = api.useMutation("put", "/invitations/{token}");
  return (
    <AccessFrame
      title={
        invitation.data ? t("invitation.title", { name: invitation.data.name }) : t("invitation.heading")
      }
      words={
        invitation.data &&
        t("invitation.words", {
          organisation: invitation.data.organisation ?? "Stolpe",
          role: invitation.data.role ? word("role", invitation.data.role) : "–",
        })
      }
    >
      <Loaded query={invitation}>
        {(known) => (
          <ChoosePassword
            submitLabel={t("invitation.submit")}
            onSubmit={async (password) => {
              await accept.mutateAsync({ params: { path: { token } }, body: { password } });
              onDone();
            }}
          >
            <input type="hidden" autoComplete="username" value={known.email} readOnly />
          </ChoosePassword>
        )}
      </Loaded>
    </AccessFrame>
  );
}

/** The initial password came on paper; it is changed before anything else. */
export function ForcedPassword({ onDone }: { onDone: () => void }) {
  const { t } = useText();
  const change = api.useMutation("post", "/me/password");
  const [typed, setTyped] = useState(() => typedPassword.read());
  return (
    <AccessFrame title={t("forced.title")} words={t("forced.words")}>
      <ChoosePassword
        askCurrent={typed === ""}
        submitLabel={t("forced.submit")}
        onSubmit={async (password, current) => {
          try {
            await change.mutateAsync({ body: { current: typed || current, new: password } });
          } catch (error) {
            // The office may have made a new letter meanwhile: then it is asked for after all.
            if ("current" in toProblem(error).fields) setTyped("");
            throw error;
          }
          typedPassword.keep("");
          onDone();
        }}
      />
    </AccessFrame>
  );
}

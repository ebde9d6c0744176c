import { api } from "../api/query";
import { useText } from "../i18n/text";
import { useUndo } from "./undo";

/** Notes that letters reached their readers, and offers to take it back. */
export function useHandOver(): (loginIds: readonly string[]) => Promise<void> {
  const { t } = useText();
  const offerUndo = useUndo();
  const handOver = api.useMutation("post", "/logins/handed-over");
  const takeBack = api.useMutation("post", "/logins/not-handed-over");
  return async (loginIds) => {
    const body = { loginIds: [...loginIds] };
    await handOver.mutateAsync({ body });
    offerUndo(t("letters.handedOverDone", { count: loginIds.length }), async () => {
      await takeBack.mutateAsync({ body });
    });
  };
}

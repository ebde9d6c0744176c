import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Tag } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../ConsentDialog";
import { useUndo } from "../undo";

/** Blocking, opening and removing a tag, wherever tags are listed. */
export function useTagActs() {
  const { t } = useText();
  const offerUndo = useUndo();
  const change = api.useMutation("patch", "/tags/{id}");
  const remove = api.useMutation("delete", "/tags/{id}");
  const [leaving, setLeaving] = useState<Tag>();
  const put = (tag: Tag, blocked: boolean) =>
    change.mutateAsync({
      params: { path: { id: tag.id } },
      headers: ifMatch(tag),
      body: { blocked } as never,
    });
  const block = async (tag: Tag, blocked: boolean) => {
    const changed = await put(tag, blocked);
    offerUndo(t(blocked ? "tag.blockedDone" : "tag.openedDone", { idTag: tag.idTag }), () =>
      put(changed, !blocked).then(() => undefined),
    );
  };
  const dialog = leaving && (
    <ConsentDialog
      title={t("tag.removeTitle", { idTag: leaving.idTag })}
      confirm={t("action.remove")}
      danger
      onClose={() => setLeaving(undefined)}
      onConfirm={() =>
        remove.mutateAsync({ params: { path: { id: leaving.id } }, headers: ifMatch(leaving) })
      }
    >
      <p style={{ margin: 0 }}>{t("tag.removeWords")}</p>
    </ConsentDialog>
  );
  return { block, remove: setLeaving, dialog };
}

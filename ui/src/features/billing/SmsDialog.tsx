import { Stack } from "@mantine/core";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Loaded } from "../../parts/Loaded";
import { SmsCost } from "../../parts/SmsCost";
import { said } from "../../parts/undo";
import classes from "./MonthRunPage.module.css";

/** Word of a document by SMS: what it says, to which number and at what cost, before it is sent. */
export function SmsDialog({ document, onClose }: { document: OpenDocument; onClose: () => void }) {
  const { t } = useText();
  const params = { path: { id: document.id } };
  const looked = api.useQuery("get", "/documents/{id}/sms", { params });
  const send = api.useMutation("post", "/documents/{id}/send");
  return (
    <ConsentDialog
      title={t("sms.sendTitle")}
      confirm={t("sms.send")}
      waiting={!looked.data}
      onClose={onClose}
      onConfirm={async () => {
        await send.mutateAsync({ params, headers: ifMatch(document), body: { by: "sms" } });
        said(t("document.queued"));
      }}
    >
      <Loaded query={looked}>
        {({ to, text, size, estimate }) => (
          <Stack gap="sm">
            <article className={classes.message}>
              <header>
                <strong>{to}</strong>
                <span>{t(`sms.size.${size.alphabet}`, { units: size.units, parts: size.parts })}</span>
              </header>
              <pre>{text}</pre>
            </article>
            <SmsCost estimate={estimate} />
          </Stack>
        )}
      </Loaded>
    </ConsentDialog>
  );
}

import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useText } from "../i18n/text";
import { laidOut } from "./laidOut";
import classes from "./Payload.module.css";

/** What a device sent, word for word: laid out where it is JSON, and as it came when it is copied. */
export function Payload({ title, text }: { title: string; text: string }) {
  const { t } = useText();
  return (
    <div>
      <div className={classes.head}>
        <strong>{title}</strong>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {copied ? t("action.copied") : t("action.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
      <pre className={classes.payload}>{laidOut(text)}</pre>
    </div>
  );
}

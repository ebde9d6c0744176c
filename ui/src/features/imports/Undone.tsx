import { Alert } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import classes from "./Imports.module.css";
import { useUndoResult } from "./undoResult";

/** The import was taken back: how much went, and what stayed because somebody had built on it. */
export function Undone({ batch }: { batch: ImportBatch }) {
  const { t } = useText();
  const result = useUndoResult(batch);
  const stayed = result ? result.kept + result.changedSince : 0;
  const words = result
    ? [
        result.went === undefined
          ? t("import.undone.wentSome")
          : t("import.undone.went", { count: result.went }),
        result.restored > 0 && t("import.undone.restored", { count: result.restored }),
        result.kept > 0 && t("import.undone.kept", { count: result.kept }),
        result.changedSince > 0 && t("import.undone.changedSince", { count: result.changedSince }),
      ]
    : [t("import.undoneWords")];
  return (
    <Alert
      color={stayed > 0 ? "orange" : "gray"}
      icon={<IconArrowBackUp />}
      title={t("import.undoneTitle")}
      role="status"
    >
      {words.map(
        (each) =>
          each && (
            <p key={each} className={classes.line}>
              {each}
            </p>
          ),
      )}
    </Alert>
  );
}

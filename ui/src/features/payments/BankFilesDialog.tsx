import { Anchor, Button, Modal } from "@mantine/core";
import { usePages } from "../../api/query";
import type { BankFile, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./Payments.module.css";

/** The files that were taken in, each with who did so and when. */
export function BankFilesDialog({
  organisation,
  onOpen,
  onClose,
}: {
  organisation: Organisation;
  onOpen: (file: string) => void;
  onClose: () => void;
}) {
  const { t, format } = useText();
  useFocusGivenBack();
  const { query: files } = usePages<BankFile>("/bank-files", { organisationId: organisation.id });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("incoming.files")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Loaded query={files}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className={classes.line}>{t("incoming.noFiles")}</p>;
          return (
            <>
              <ul className={classes.list}>
                {items.map((file) => (
                  <li key={file.id}>
                    <span>
                      <Anchor component="button" type="button" onClick={() => onOpen(file.id)}>
                        {file.name}
                      </Anchor>
                      <span className={classes.detail}>
                        {t(`incoming.file.${file.kind}`)} · {t("incoming.count", { count: file.payments })}
                      </span>
                    </span>
                    <span className={classes.detail}>
                      {t("incoming.takenBy", {
                        at: format.dateTime(file.takenAt),
                        name: file.takenBy ?? t("incoming.somebody"),
                      })}
                    </span>
                  </li>
                ))}
              </ul>
              {files.hasNextPage && (
                <Button
                  variant="subtle"
                  loading={files.isFetchingNextPage}
                  onClick={() => void files.fetchNextPage()}
                >
                  {t("incoming.earlierFiles")}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </Modal>
  );
}

import { Modal, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useText } from "../i18n/text";
import { Keys } from "../parts/Keys";
import classes from "./ShortcutList.module.css";
import { IS_MAC, SHORTCUTS } from "./shortcuts";

/** All shortcuts, to search and to print. */
export function ShortcutList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useText();
  const [wanted, setWanted] = useState("");
  const matches = (words: string) => words.toLowerCase().includes(wanted.trim().toLowerCase());
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("shortcuts.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <TextInput
        data-autofocus
        aria-label={t("shortcuts.find")}
        placeholder={t("shortcuts.find")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        mb="md"
      />
      <div className={classes.groups}>
        {SHORTCUTS.map((group) => {
          const shown = group.shortcuts.filter((shortcut) => matches(t(shortcut.text)));
          return (
            shown.length > 0 && (
              <section key={group.title}>
                <h3 className={classes.title}>{t(group.title)}</h3>
                <dl className={classes.list}>
                  {shown.map((shortcut) => (
                    <div key={shortcut.text} className={classes.row}>
                      <dt>{t(shortcut.text)}</dt>
                      <dd>
                        <Keys keys={shortcut.keys} mac={IS_MAC} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            )
          );
        })}
      </div>
    </Modal>
  );
}

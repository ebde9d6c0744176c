import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconCheck } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useText } from "../i18n/text";
import { showProblem } from "./ErrorNotice";

const OFFER_MS = 10_000;
/** The change that Ctrl+Z takes back: the last one whose offer still stands. */
let standing: { id: string; undo: () => void } | undefined;

/** Offers to take back what was just done, for ten seconds. */
export function useUndo(): (words: string, undo: () => Promise<void>) => void {
  const text = useText();
  return (words, undo) => {
    const id = crypto.randomUUID();
    const takeBack = () => {
      notifications.hide(id);
      standing = undefined;
      undo().then(
        () =>
          notifications.show({
            message: text.t("undo.done"),
            icon: <IconArrowBackUp size={18} />,
            color: "teal",
          }),
        (error) => showProblem(error, text),
      );
    };
    standing = { id, undo: takeBack };
    notifications.show({
      id,
      color: "teal",
      icon: <IconCheck size={18} />,
      autoClose: OFFER_MS,
      onClose: () => {
        if (standing?.id === id) standing = undefined;
      },
      closeButtonProps: { "aria-label": text.t("action.close") },
      message: (
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <span>{words}</span>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconArrowBackUp size={14} />}
            onClick={takeBack}
          >
            {text.t("action.undo")}
          </Button>
        </Group>
      ),
    });
  };
}

/** Takes back the last change, for Ctrl+Z. Does nothing once the offer has passed. */
export function undoLast(): void {
  standing?.undo();
}

/** Says that something worked. */
export function said(message: string): void {
  notifications.show({ message, color: "teal", icon: <IconCheck size={18} /> });
}

/** Runs once after the first paint; for focusing what the screen is about. */
export function useFocusFirst<Node extends HTMLElement>() {
  const ref = useRef<Node>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}

import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconCheck } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useText } from "../i18n/text";
import { showProblem } from "./ErrorNotice";

const OFFER_MS = 10_000;
/** The change that Ctrl+Z takes back: the last one whose offer still stands. */
let standing: { id: string; undo: () => void } | undefined;
/** What Ctrl+Y does again: the change that was taken back last. */
let takenBack: { redo: () => void } | undefined;

/** Takes a change back; a function that it answers does the change again. */
type Undo = () => Promise<unknown>;

/** Offers to take back what was just done, for ten seconds. */
export function useUndo(): (words: string, undo: Undo) => void {
  const text = useText();
  return (words, undo) => {
    const id = crypto.randomUUID();
    const takeBack = () => {
      notifications.hide(id);
      standing = undefined;
      undo().then(
        (again) => {
          if (typeof again === "function") {
            takenBack = {
              redo: () => {
                takenBack = undefined;
                Promise.resolve(again()).then(
                  () => said(text.t("undo.redone")),
                  (error) => showProblem(error, text),
                );
              },
            };
          }
          notifications.show({
            message: text.t("undo.done"),
            icon: <IconArrowBackUp size={18} />,
            color: "teal",
          });
        },
        (error) => showProblem(error, text),
      );
    };
    standing = { id, undo: takeBack };
    takenBack = undefined;
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

/** Does again what was taken back last, for Ctrl+Y. Does nothing once something else has been changed. */
export function redoLast(): void {
  takenBack?.redo();
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

import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useText } from "../i18n/text";
import { ErrorNotice } from "./ErrorNotice";
import { useFocusGivenBack } from "./useFocusGivenBack";

interface ConsentDialogProps {
  title: string;
  /** What will happen, and what will not. */
  children?: ReactNode;
  confirm: string;
  danger?: boolean;
  /** Asks why; the reason is kept in the log. */
  reason?: boolean;
  /** The irreversible asks for these letters to be typed. */
  typed?: string;
  /** Something else is still to be chosen before this can be confirmed. */
  waiting?: boolean;
  size?: "md" | "lg" | "xl";
  onClose: () => void;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** Asks before something with consequences is done, and stays open with the error if it could not be. */
export function ConsentDialog(props: ConsentDialogProps) {
  const { t } = useText();
  useFocusGivenBack();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ready =
    !props.waiting &&
    (!props.reason || reason.trim().length >= 3) &&
    (!props.typed || typed.trim() === props.typed);
  const confirm = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm(reason.trim());
      props.onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? "md"}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <Stack>
          {props.children}
          {props.reason && (
            <Textarea
              label={t("consent.reason")}
              description={t("consent.reasonWhy")}
              required
              autosize
              minRows={2}
              data-autofocus
              autoFocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {props.typed && (
            <TextInput
              label={t("consent.type", { word: props.typed })}
              required
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {error !== undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" color={props.danger ? "red.9" : undefined} disabled={!ready} loading={busy}>
              {props.confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

// A form at the side: Ctrl+S saves, leaving with changes asks once, refusals land on their fields,
// a record someone else changed is settled field by field, and a saved edit can be taken back.
import { Button, Drawer, Group, Modal, Stack } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useHotkeys } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import { type Problem, toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { ConflictDialog } from "./ConflictDialog";
import { changes, only, type Values } from "./changes";
import { ErrorNotice, fieldWords } from "./ErrorNotice";
import classes from "./FormDrawer.module.css";
import { useUndo } from "./undo";

export interface Saving<V extends Values, View> {
  /** The same for every try of this opening, so that a double click creates one record. */
  key: string;
  /** The record as the form last knew it; absent when creating. */
  view: View | undefined;
  changed: Partial<V>;
}

interface FormDrawerProps<V extends Values, View> {
  title: string;
  opened: boolean;
  onClose: () => void;
  initial: V;
  view?: View | undefined;
  /** Reads the record as form values; needed when editing, for conflicts and undo. */
  valuesOf?: (view: View) => V;
  labels: { [Name in keyof V]?: string };
  validate?: (values: V) => Record<string, string | null>;
  save: (values: V, saving: Saving<V, View>) => Promise<View | undefined>;
  onSaved?: (view: View | undefined) => void;
  /** What the toast says after an edit, before "Undo". */
  savedWords?: string;
  submitLabel?: string;
  wide?: boolean;
  children: (form: UseFormReturnType<V>) => ReactNode;
}

export function FormDrawer<V extends Values, View>(props: FormDrawerProps<V, View>) {
  const { t } = useText();
  const dirty = useRef(false);
  const [leaving, setLeaving] = useState(false);
  const close = () => {
    if (!dirty.current) return props.onClose();
    setLeaving(true);
  };
  const leave = () => {
    dirty.current = false;
    setLeaving(false);
    props.onClose();
  };
  return (
    <Drawer
      opened={props.opened}
      onClose={close}
      title={props.title}
      size={props.wide ? "xl" : "md"}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {props.opened && <FormBody {...props} dirty={dirty} onCancel={close} />}
      <Modal
        opened={leaving}
        onClose={() => setLeaving(false)}
        title={t("form.leaveTitle")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <Stack gap="md">
          <span>{t("form.leaveWords")}</span>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setLeaving(false)}>
              {t("form.stay")}
            </Button>
            <Button color="red" onClick={leave}>
              {t("form.leave")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Drawer>
  );
}

function FormBody<V extends Values, View>({
  dirty,
  onCancel,
  ...props
}: FormDrawerProps<V, View> & { dirty: { current: boolean }; onCancel: () => void }) {
  const text = useText();
  const { t } = text;
  const offerUndo = useUndo();
  const [key] = useState(() => crypto.randomUUID());
  const [base, setBase] = useState({ view: props.view, values: props.initial });
  const [failed, setFailed] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<View>();
  const form = useForm<V>({
    initialValues: props.initial,
    validate: (values) => props.validate?.(values) ?? {},
    onValuesChange: (values) => {
      dirty.current = Object.keys(changes(props.initial, values)).length > 0;
    },
  });

  const submit = async (values: V, against = base) => {
    if (saving) return;
    setSaving(true);
    setFailed(undefined);
    try {
      const changed = changes(against.values, values);
      const saved = (await props.save(values, { key, view: against.view, changed })) ?? undefined;
      dirty.current = false;
      if (against.view && saved && Object.keys(changed).length > 0) {
        const before = only(against.values, Object.keys(changed));
        offerUndo(props.savedWords ?? t("form.saved"), async () => {
          await props.save(against.values, { key: crypto.randomUUID(), view: saved, changed: before });
        });
      }
      props.onClose();
      props.onSaved?.(saved);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.isStale && problem.current && props.valuesOf) setConflict(problem.current as View);
      else {
        const words = fieldWords(problem, text);
        form.setErrors(words);
        const unplaced = Object.keys(words).some((field) => !(field in values));
        setFailed(Object.keys(words).length === 0 || unplaced ? problem : undefined);
        form.getInputNode(Object.keys(words)[0] ?? "")?.focus();
      }
    } finally {
      setSaving(false);
    }
  };
  const submitForm = form.onSubmit(
    (values) => void submit(values),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? "")?.focus(),
  );
  useHotkeys([["mod+S", () => submitForm()]], []);

  return (
    <form onSubmit={submitForm} noValidate>
      <Stack gap="md">
        {props.children(form)}
        {failed && <ErrorNotice error={failed} />}
        <Group justify="flex-end" gap="xs" className={classes.foot}>
          <Button variant="default" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={saving} title="Ctrl+S">
            {props.submitLabel ?? t("action.save")}
          </Button>
        </Group>
      </Stack>
      {conflict && props.valuesOf && (
        <ConflictDialog
          labels={props.labels}
          mine={form.getValues()}
          base={base.values}
          theirs={props.valuesOf(conflict)}
          onClose={() => setConflict(undefined)}
          onSettled={(values) => {
            const theirs = { view: conflict, values: (props.valuesOf as (view: View) => V)(conflict) };
            setConflict(undefined);
            setBase(theirs);
            form.setValues(values);
            void submit(values, theirs);
          }}
        />
      )}
    </form>
  );
}

// A form at the side: Ctrl+S saves, leaving with changes asks once, refusals land on their fields,
// a record someone else changed is settled field by field, a saved edit can be taken back,
// and what was typed outlives a reload.
import { Button, Drawer, Group, Modal, Stack } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useHotkeys } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useText } from "../i18n/text";
import type { Labels, ShownAs } from "./ConflictDialog";
import { useCountedForm } from "./changedForms";
import { changes, only, type Values } from "./changes";
import { ErrorNotice } from "./ErrorNotice";
import classes from "./FormDrawer.module.css";
import { oneKeyOneLayer } from "./oneKeyOneLayer";
import { said, useUndo } from "./undo";
import { DraftOffer, useAskBeforeUnload, useDraft } from "./useDraft";
import { useSaving } from "./useSaving";

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
  valuesOf?: (view: View, mine: V) => V | undefined;
  labels: Labels<V>;
  shownAs?: ShownAs<V>;
  /** What else is to be seen of a record that somebody changed meanwhile, beside what the form is about. */
  besides?: (theirs: View, base: View | undefined) => ReactNode;
  /** Whoever saves offers to take it back, because more was saved than the values. */
  undoneElsewhere?: boolean;
  validate?: (values: V) => Record<string, string | null>;
  save: (values: V, saving: Saving<V, View>) => Promise<View | undefined>;
  onSaved?: (view: View | undefined) => void;
  /** What the toast says after an edit, before "Undo". */
  savedWords?: string;
  submitLabel?: string;
  wide?: boolean;
  /** What a new record belongs to, where its values do not say it; a draft is only offered there again. */
  within?: string | undefined;
  /** Several are made after one another: saving can go on with the next. */
  again?: boolean;
  children: (form: UseFormReturnType<V>) => ReactNode;
}

export function FormDrawer<V extends Values, View>(props: FormDrawerProps<V, View>) {
  const { t } = useText();
  const dirty = useRef(false);
  const dropDraft = useRef(() => {});
  const [leaving, setLeaving] = useState(false);
  // A dialog of the form itself lies above: keys are for it.
  const covered = useRef(false);
  const close = () => {
    if (!dirty.current) return props.onClose();
    setLeaving(true);
  };
  const leave = () => {
    dirty.current = false;
    dropDraft.current();
    setLeaving(false);
    props.onClose();
  };
  return (
    <Drawer
      opened={props.opened}
      onClose={() => {
        if (!leaving && !covered.current) oneKeyOneLayer(close);
      }}
      title={props.title}
      size={props.wide ? "xl" : "md"}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {props.opened && (
        <FormBody {...props} dirty={dirty} dropDraft={dropDraft} covered={covered} onCancel={close} />
      )}
      <Modal
        opened={leaving}
        onClose={() => oneKeyOneLayer(() => setLeaving(false))}
        title={t("form.leaveTitle")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <Stack gap="md">
          <span>{t("form.leaveWords")}</span>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" data-autofocus onClick={() => setLeaving(false)}>
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
  dropDraft,
  covered,
  onCancel,
  ...props
}: FormDrawerProps<V, View> & {
  dirty: { current: boolean };
  dropDraft: { current: () => void };
  covered: { current: boolean };
  onCancel: () => void;
}) {
  const { t } = useText();
  const offerUndo = useUndo();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const root = useRef<HTMLFormElement>(null);
  const draft = useDraft(formName(props.initial), recordName(props));
  useAskBeforeUnload(dirty);
  useCountedForm(dirty);
  useEffect(() => {
    dropDraft.current = draft.drop;
  });
  const notice = useRef<HTMLDivElement>(null);
  const form = useForm<V>({
    initialValues: props.initial,
    validate: (values) => props.validate?.(values) ?? {},
    onValuesChange: (values) => {
      const changed = changes(props.initial, values);
      dirty.current = Object.keys(changed).length > 0;
      // What is known of somebody with protected identity stays with the host.
      draft.note(values.protectedIdentity === true ? {} : changed);
    },
  });

  const { saving, failed, run, conflict } = useSaving<V, View>({
    form,
    initial: { view: props.view, values: props.initial },
    labels: props.labels,
    shownAs: props.shownAs,
    valuesOf: props.valuesOf,
    besides: props.besides,
  });
  useEffect(() => {
    covered.current = Boolean(conflict);
  }, [covered, conflict]);
  // In a long form the refusal would stand unseen behind the buttons.
  useEffect(() => {
    if (failed) notice.current?.scrollIntoView({ block: "nearest" });
  }, [failed]);

  const mayGoOn = props.again === true && !props.view;
  const submit = (values: V, next = false) =>
    run(values, async (values, against) => {
      const changed = changes(against.values, values);
      const saved = (await props.save(values, { key, view: against.view, changed })) ?? undefined;
      dirty.current = false;
      draft.drop();
      if (next) return startNext();
      if (against.view && saved && Object.keys(changed).length > 0 && !props.undoneElsewhere) {
        const before = only(against.values, Object.keys(changed));
        offerUndo(props.savedWords ?? t("form.saved"), async () => {
          const back = await props.save(against.values, {
            key: crypto.randomUUID(),
            view: saved,
            changed: before,
          });
          const again = { key: crypto.randomUUID(), changed };
          return back && (() => props.save(values, { ...again, view: back }));
        });
      }
      props.onClose();
      props.onSaved?.(saved);
    });
  const startNext = () => {
    said(t("form.savedNext"));
    setKey(crypto.randomUUID());
    form.setValues(props.initial);
    form.clearErrors();
    root.current?.querySelector<HTMLElement>("[data-autofocus], input")?.focus();
  };
  const goOn = () => {
    const settled = form.validate();
    if (settled.hasErrors) form.getInputNode(Object.keys(settled.errors)[0] ?? "")?.focus();
    else void submit(form.getValues(), true);
  };
  const submitForm = form.onSubmit(
    (values) => void submit(values),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? "")?.focus(),
  );
  useHotkeys(
    [
      ["mod+S", () => submitForm()],
      ["mod+shift+Enter", () => (mayGoOn ? goOn() : submitForm())],
    ],
    [],
  );

  return (
    <form ref={root} onSubmit={submitForm} noValidate>
      <Stack gap="md">
        {draft.found && (
          <DraftOffer
            draft={draft.found}
            onContinue={() => {
              const typed = draft.found?.values ?? {};
              draft.settle();
              form.setValues(withTyped(props.initial, typed));
              root.current?.querySelector<HTMLElement>("[data-autofocus], input")?.focus();
            }}
            onDiscard={() => {
              draft.drop();
              root.current?.querySelector<HTMLElement>("[data-autofocus], input")?.focus();
            }}
          />
        )}
        {props.children(form)}
        {failed && (
          <div ref={notice} className={classes.notice}>
            <ErrorNotice error={failed} />
          </div>
        )}
        <Group justify="flex-end" gap="xs" className={classes.foot}>
          <Button variant="default" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
          {mayGoOn && (
            <Button variant="default" disabled={saving} title="Ctrl+Shift+Enter" onClick={goOn}>
              {t("form.saveAndNext")}
            </Button>
          )}
          <Button type="submit" loading={saving} title="Ctrl+S">
            {props.submitLabel ?? t("action.save")}
          </Button>
        </Group>
      </Stack>
      {conflict}
    </form>
  );
}

/** A form is known by its fields: no two have the same. */
function formName(initial: Values): string {
  return Object.keys(initial).sort().join("-");
}

/** The record a form changes; a new one is told apart by where it is made and what it begins with. */
function recordName<V extends Values, View>(props: FormDrawerProps<V, View>): string {
  const id = (props.view as { id?: string } | undefined)?.id;
  const open = new URLSearchParams(window.location.search).get("open") ?? "";
  return id ?? ["new", props.within ?? "", open, JSON.stringify(props.initial)].join(".");
}

/** The record with what was typed; a text that was emptied is kept as nothing. */
function withTyped<V extends Values>(initial: V, typed: Values): V {
  const known = Object.entries(typed).filter(([name]) => name in initial);
  return {
    ...initial,
    ...Object.fromEntries(
      known.map(([name, value]) => [name, value === null && typeof initial[name] === "string" ? "" : value]),
    ),
  };
}

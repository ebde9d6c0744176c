// A form at the side: Ctrl+S saves, leaving with changes asks once, refusals land on their fields,
// a record someone else changed is settled field by field, a saved edit can be taken back,
// and what was typed outlives a reload.
import { Button, Drawer, Group, Modal, Stack } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useHotkeys } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Problem, toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { signedInAgain, signInEnded } from "../shell/endedSignIn";
import { ConflictDialog } from "./ConflictDialog";
import { useCountedForm } from "./changedForms";
import { changes, only, type Values } from "./changes";
import { ErrorNotice, fieldWords } from "./ErrorNotice";
import classes from "./FormDrawer.module.css";
import { oneKeyOneLayer } from "./oneKeyOneLayer";
import { said, useUndo } from "./undo";
import { DraftOffer, useAskBeforeUnload, useDraft } from "./useDraft";

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
  const text = useText();
  const { t } = text;
  const offerUndo = useUndo();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const root = useRef<HTMLFormElement>(null);
  const draft = useDraft(formName(props.initial), recordName(props));
  useAskBeforeUnload(dirty);
  useCountedForm(dirty);
  useEffect(() => {
    dropDraft.current = draft.drop;
  });
  const [base, setBase] = useState({ view: props.view, values: props.initial });
  const [failed, setFailed] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<View>();
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    covered.current = conflict !== undefined;
  }, [covered, conflict]);
  // In a long form the refusal would stand unseen behind the buttons.
  useEffect(() => {
    if (failed) notice.current?.scrollIntoView({ block: "nearest" });
  }, [failed]);
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

  const mayGoOn = props.again === true && !props.view;
  const submit = async (values: V, against = base, next = false): Promise<void> => {
    if (saving) return;
    setSaving(true);
    setFailed(undefined);
    let again = false;
    try {
      const changed = changes(against.values, values);
      const saved = (await props.save(values, { key, view: against.view, changed })) ?? undefined;
      dirty.current = false;
      draft.drop();
      if (next) return startNext();
      if (against.view && saved && Object.keys(changed).length > 0) {
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
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.isSignedOut) {
        // The page waits for the same person to sign in again, and then this is sent once more under the same key.
        signInEnded(() => setFailed(problem));
        again = await signedInAgain();
      } else if (problem.isStale && problem.current && props.valuesOf) setConflict(problem.current as View);
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
    if (again) await submit(values, against, next);
  };
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
    else void submit(form.getValues(), base, true);
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
      {conflict && props.valuesOf && (
        <ConflictDialog
          labels={props.labels}
          mine={form.getValues()}
          base={base.values}
          theirs={props.valuesOf(conflict)}
          onClose={() => oneKeyOneLayer(() => setConflict(undefined))}
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

import { Button, Group, Stack } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { type ReactNode, useEffect, useRef } from "react";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { useCountedForm } from "../../parts/changedForms";
import type { Values } from "../../parts/changes";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useAskBeforeUnload } from "../../parts/useDraft";
import { useSaving } from "../../parts/useSaving";

/**
 * One setting as a card: its fields, what went wrong, and the button that saves once something has changed. What is
 * typed stays when the setting is changed elsewhere; that is settled when it is saved.
 */
export function SettingForm<V extends Values, View extends { rowVersion: number }>(props: {
  title: string;
  setting: View;
  valuesOf: (setting: View) => V;
  labels: { [Name in keyof V]?: string };
  validate?: (values: V) => Record<string, string | null>;
  /** Saves, and answers the setting as it is then. */
  save: (values: V, setting: View) => Promise<View>;
  onSaved: () => void;
  children: (form: UseFormReturnType<V>) => ReactNode;
}) {
  const { t } = useText();
  const { setting, valuesOf, labels } = props;
  const form = useForm<V>({
    initialValues: valuesOf(setting),
    validate: (values) => props.validate?.(values) ?? {},
  });
  const { saving, failed, run, setBase, base, conflict } = useSaving<V, View>({
    form,
    initial: { view: setting, values: valuesOf(setting) },
    labels,
    valuesOf,
  });
  const changed = form.isDirty();
  const unsaved = useRef(changed);
  useEffect(() => {
    unsaved.current = changed;
  }, [changed]);
  useAskBeforeUnload(unsaved);
  useCountedForm(unsaved);

  const begin = (from: View) => {
    setBase({ view: from, values: valuesOf(from) });
    form.setInitialValues(valuesOf(from));
    form.setValues(valuesOf(from));
    form.clearErrors();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another version of the setting is news.
  useEffect(() => {
    if (!changed && !saving && setting.rowVersion > (base.view?.rowVersion ?? 0)) begin(setting);
  }, [setting.rowVersion]);

  const submit = form.onSubmit((values) =>
    run(values, async (values, against) => {
      begin(await props.save(values, against.view ?? setting));
      props.onSaved();
    }),
  );
  return (
    <Card title={props.title}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {props.children(form)}
          {failed && <ErrorNotice error={failed} />}
          <Group justify="flex-end">
            <Button type="submit" loading={saving} disabled={!changed}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
      {conflict}
    </Card>
  );
}

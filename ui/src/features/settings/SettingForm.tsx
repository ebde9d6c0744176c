import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";

/** One setting as a card: its fields, what went wrong, and the button that saves once something has changed. */
export function SettingForm({
  title,
  onSubmit,
  saving,
  changed,
  children,
}: {
  title: string;
  onSubmit: (event?: FormEvent<HTMLFormElement>) => void;
  saving: { isPending: boolean; isError: boolean; error: unknown };
  changed: boolean;
  children: ReactNode;
}) {
  const { t } = useText();
  return (
    <Card title={title}>
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          {children}
          {saving.isError && <ErrorNotice error={saving.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending} disabled={!changed}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

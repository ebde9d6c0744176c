import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type Key, useText } from "../i18n/text";
import { EmptyState } from "./EmptyState";

/** An address that leads nowhere, and the way on: `home` is what the start is called here. */
export function NotFound({ home = "notFound.home" }: { home?: Key }) {
  const { t } = useText();
  return (
    <EmptyState
      icon={IconMapQuestion}
      title={t("notFound.title")}
      action={
        <Button component={Link} to="/">
          {t(home)}
        </Button>
      }
    >
      {t("notFound.words")}
    </EmptyState>
  );
}

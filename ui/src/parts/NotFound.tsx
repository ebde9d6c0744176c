import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useText } from "../i18n/text";
import { EmptyState } from "./EmptyState";

export function NotFound() {
  const { t } = useText();
  return (
    <EmptyState
      icon={IconMapQuestion}
      title={t("notFound.title")}
      action={
        <Button component={Link} to="/">
          {t("notFound.home")}
        </Button>
      }
    >
      {t("notFound.words")}
    </EmptyState>
  );
}

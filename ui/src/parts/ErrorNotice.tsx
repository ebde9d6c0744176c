import { Button, CopyButton, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck, IconCopy, IconRefresh } from "@tabler/icons-react";
import { type Problem, toProblem } from "../api/problem";
import { type Text, useText } from "../i18n/text";
import classes from "./ErrorNotice.module.css";

interface Words {
  happened: string;
  unchanged: string;
  todo: string;
  code: string;
}

/** The three parts of an error: what happened, what was not changed, what to do. */
export function errorWords(problem: Problem, { t, word }: Text): Words {
  const values = plainValues(problem.params);
  return {
    happened: word("problem", problem.code, "problem.unknown", values),
    unchanged: problem.status === 0 ? t("problem.unchanged.unknown") : t("problem.unchanged.nothing"),
    todo: word(
      "problemTodo",
      problem.code,
      problem.status >= 500 ? "problemTodo.again" : "problemTodo.check",
      values,
    ),
    code: problem.correlation
      ? t("problem.reference", { code: problem.code, reference: problem.correlation })
      : problem.code,
  };
}

/** An error where it happened, with its code to copy and, when it makes sense, another try. */
export function ErrorNotice({
  error,
  onRetry,
  quietCode,
}: {
  error: unknown;
  onRetry?: () => void;
  /** For residents: the code is there for whoever asks for it, and not the first thing read. */
  quietCode?: boolean;
}) {
  const text = useText();
  const words = errorWords(toProblem(error), text);
  return (
    <div role="alert" className={classes.notice}>
      <IconAlertTriangle size={20} aria-hidden="true" className={classes.icon} />
      <div>
        <p className={classes.happened}>{words.happened}</p>
        <p>{words.unchanged}</p>
        <p>{words.todo}</p>
        <Group gap="xs" mt={6}>
          {onRetry && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefresh size={14} />}
              onClick={onRetry}
            >
              {text.t("action.retry")}
            </Button>
          )}
          {!quietCode && <CodeToCopy code={words.code} />}
        </Group>
        {quietCode && (
          <details>
            <summary>{text.t("problem.details")}</summary>
            <CodeToCopy code={words.code} />
          </details>
        )}
      </div>
    </div>
  );
}

function CodeToCopy({ code }: { code: string }) {
  const { t } = useText();
  return (
    <CopyButton value={code}>
      {({ copied, copy }) => (
        <button type="button" className={classes.code} onClick={copy}>
          {copied ? <IconCheck size={13} aria-hidden="true" /> : <IconCopy size={13} aria-hidden="true" />}
          <span>{copied ? t("action.copied") : t("problem.copyCode", { code })}</span>
        </button>
      )}
    </CopyButton>
  );
}

/** An error of an action that has no place of its own on the screen; `kept` says what was saved before it. */
export function showProblem(error: unknown, text: Text, kept?: string): void {
  const words = errorWords(toProblem(error), text);
  notifications.show({
    color: "red",
    title: words.happened,
    message: `${kept ?? words.unchanged} ${words.todo} (${words.code})`,
    autoClose: 12_000,
    closeButtonProps: { "aria-label": text.t("action.close") },
  });
}

/** What another record has already, and the field of a form in which it is changed. */
const TAKEN: Readonly<Record<string, string>> = {
  "charge_point.identity_taken": "identity",
  "charge_point.name_taken": "name",
  "circuit.name_taken": "name",
  "department.name_taken": "name",
  "facility.code_taken": "code",
  "login.username_taken": "username",
  "organisation.number_taken": "organisationNumber",
  "person.personal_number_taken": "personalNumber",
  "unit.code_taken": "code",
};

/** The words for fields the API refused, ready for a form. */
export function fieldWords(problem: Problem, { word }: Text): Record<string, string> {
  const taken = TAKEN[problem.code];
  if (taken)
    return { [taken]: word("problem", problem.code, "problem.unknown", plainValues(problem.params)) };
  return Object.fromEntries(
    Object.entries(problem.fields).map(([field, code]) => [
      field,
      word("field", code, "field.unknown", plainValues(problem.params)),
    ]),
  );
}

function plainValues(params: Record<string, unknown>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "number" ? value : String(value)]),
  );
}

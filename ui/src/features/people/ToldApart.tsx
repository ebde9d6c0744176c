import { Button } from "@mantine/core";
import { api } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { showProblem } from "../../parts/ErrorNotice";
import { useUndo } from "../../parts/undo";
import { unitCodes } from "./peopleColumns";
import classes from "./ToldApart.module.css";

/** Says of two records that they are two people, which can be taken back at once or from the list below. */
export function useTellApart(): (one: Person, other: Person) => Promise<void> {
  const text = useText();
  const tell = api.useMutation("post", "/persons/{id}/apart");
  const untell = api.useMutation("post", "/persons/{id}/not-apart");
  const offerUndo = useUndo();
  return async (one, other) => {
    const pair = { params: { path: { id: one.id } }, body: { otherId: other.id } };
    try {
      await tell.mutateAsync(pair);
      offerUndo(text.t("duplicates.toldApart", { one: one.name, other: other.name }), async () => {
        await untell.mutateAsync(pair);
        return () => tell.mutateAsync(pair);
      });
    } catch (error) {
      showProblem(error, text);
    }
  };
}

/** Whom somebody has said to be two people; they are offered again when that was a mistake. */
export function ToldApart({ organisationId }: { organisationId: string }) {
  const text = useText();
  const { t } = text;
  const told = api.useQuery("get", "/person-duplicates", {
    params: { query: { organisationId, apart: true } },
  });
  const untell = api.useMutation("post", "/persons/{id}/not-apart");
  const items = told.data?.items ?? [];
  if (items.length === 0) return null;
  const named = (person: Person) => [person.name, unitCodes(person, undefined)].filter(Boolean).join(", ");
  return (
    <div className={classes.card}>
      <Card title={t("duplicates.apart")}>
        <ul className={classes.list}>
          {items.map(({ persons: [one, other] }) =>
            one && other ? (
              <li key={`${one.id}-${other.id}`}>
                <span>
                  {named(one)} · {named(other)}
                </span>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t("duplicates.offerAgainOf", { one: one.name, other: other.name })}
                  loading={untell.isPending && untell.variables?.params.path.id === one.id}
                  onClick={() =>
                    untell.mutate(
                      { params: { path: { id: one.id } }, body: { otherId: other.id } },
                      { onError: (error) => showProblem(error, text) },
                    )
                  }
                >
                  {t("duplicates.offerAgain")}
                </Button>
              </li>
            ) : null,
          )}
        </ul>
      </Card>
    </div>
  );
}

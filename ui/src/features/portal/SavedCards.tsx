import { Button } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api/query";
import type { MySavedCard } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { PROVIDER_NAMES } from "../../parts/providerNames";
import classes from "./PortalHome.module.css";

/** While a provider has yet to let go of a card. */
const EVERY_MS = 3_000;

/** The card that a provider keeps for the resident, and removing it; nothing while there is none. */
export function SavedCards() {
  const { t, format, word } = useText();
  const cards = api.useQuery(
    "get",
    "/me/saved-cards",
    {},
    {
      refetchInterval: ({ state }) =>
        state.data?.items.some((card) => card.state === "ending") ? EVERY_MS : false,
    },
  );
  const remove = api.useMutation("post", "/me/saved-cards/{id}/remove");
  const [removing, setRemoving] = useState<MySavedCard>();
  const items = cards.data?.items ?? [];
  if (items.length === 0 && !remove.isSuccess) return null;
  const provider = (card: MySavedCard) => PROVIDER_NAMES[card.provider];
  return (
    <Card title={t("savedCard.title")}>
      <ul className={classes.units}>
        {items.map((card) => (
          <li key={card.id} className={classes.invoice}>
            <span>
              <span className={classes.soft}>
                {[
                  card.organisation,
                  card.savedAt &&
                    t("savedCard.since", { provider: provider(card), date: format.date(card.savedAt) }),
                  card.usedAt && t("savedCard.used", { date: format.date(card.usedAt) }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              {card.state === "ending" ? (
                <span className={classes.soft}>{t("savedCard.ending", { provider: provider(card) })}</span>
              ) : (
                card.refusal && (
                  <span className={classes.soft}>{word("problem", card.refusal, "problem.unknown")}</span>
                )
              )}
            </span>
            {card.state === "saved" && (
              <Button variant="default" onClick={() => setRemoving(card)}>
                {t("savedCard.remove")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className={classes.soft} aria-live="polite">
        {remove.isSuccess && !items.some((card) => card.id === remove.data.id) && t("savedCard.removed")}
      </p>
      {removing && (
        <ConsentDialog
          title={t("savedCard.remove")}
          confirm={t("savedCard.remove")}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => remove.mutateAsync({ params: { path: { id: removing.id } } })}
        >
          <p className={classes.soft}>{t("savedCard.removeWords", { provider: provider(removing) })}</p>
        </ConsentDialog>
      )}
    </Card>
  );
}

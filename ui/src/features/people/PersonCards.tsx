import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { Person, SavedCard } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Loaded } from "../../parts/Loaded";
import { PROVIDER_NAMES } from "../../parts/providerNames";
import { Section } from "../../parts/Section";
import { can, useMe } from "../../shell/session";
import classes from "./PersonUnits.module.css";

/** Whether a provider keeps a card for somebody, and since when. There is no number of it here. */
export function PersonCards({ person }: { person: Person }) {
  const { t, format } = useText();
  const me = useMe();
  const cards = api.useQuery("get", "/persons/{id}/saved-cards", { params: { path: { id: person.id } } });
  const remove = api.useMutation("post", "/saved-cards/{id}/remove");
  const [removing, setRemoving] = useState<SavedCard>();
  const now = cards.data?.items.find(({ state }) => state === "saved");
  // Who works in one place sees the people there, and not what they pay.
  if (cards.isError) return null;
  const date = (at: string | null | undefined) => (at ? format.date(at) : "");
  const provider = (card: SavedCard) => PROVIDER_NAMES[card.provider];
  return (
    <Section
      title={t("savedCard.title")}
      aside={
        now &&
        can(me, "take_payment") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconTrash size={14} />}
            onClick={() => setRemoving(now)}
          >
            {t("savedCard.remove")}
          </Button>
        )
      }
    >
      <Loaded query={cards}>
        {({ items }) => {
          const saved = items.find(({ state }) => state === "saved");
          const earlier = items.filter(({ state }) => state !== "saved");
          return (
            <>
              {saved ? (
                <ul className={classes.list}>
                  <li>
                    <span>
                      {t("savedCard.yes", { provider: provider(saved), date: date(saved.savedAt) })}
                      {saved.usedAt && (
                        <span className={classes.dates}>
                          {t("savedCard.used", { date: date(saved.usedAt) })}
                        </span>
                      )}
                      <span className={classes.dates}>
                        {t("savedCard.noNumber", { provider: provider(saved) })}
                      </span>
                    </span>
                  </li>
                </ul>
              ) : (
                <p className={classes.dates}>{t("savedCard.none")}</p>
              )}
              <div aria-live="polite">
                {earlier.length > 0 && (
                  <>
                    <p className={classes.dates}>{t("savedCard.earlier")}</p>
                    <ul className={classes.list}>
                      {earlier.map((card) => (
                        <li key={card.id}>
                          <span>
                            {t("savedCard.was", {
                              provider: provider(card),
                              date: date(card.savedAt),
                              why: card.endedBy ? t(`savedCard.endedBy.${card.endedBy}`) : "",
                            })}
                            {card.state === "ending" && (
                              <span className={classes.dates}>
                                {t("savedCard.ending", { provider: provider(card) })}
                              </span>
                            )}
                          </span>
                        </li>
                      ))}
                    </ul>
                  </>
                )}
              </div>
            </>
          );
        }}
      </Loaded>
      {removing && (
        <ConsentDialog
          title={t("savedCard.remove")}
          confirm={t("savedCard.remove")}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => remove.mutateAsync({ params: { path: { id: removing.id } } })}
        >
          <p className={classes.dates}>{t("savedCard.removeWords", { provider: provider(removing) })}</p>
        </ConsentDialog>
      )}
    </Section>
  );
}

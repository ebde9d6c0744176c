import { Button } from "@mantine/core";
import { IconCloudDownload } from "@tabler/icons-react";
import { api } from "../../api/query";
import type { AreaPrices } from "../../api/views";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import classes from "./PricesPage.module.css";

/** How it stands with fetching the prices of an area: of whom, when last, when next, and what went wrong. */
export function AreaFeed({ of, now, manages }: { of: AreaPrices; now: Date; manages: boolean }) {
  const text = useText();
  const { t, word, format } = text;
  const fetch = api.useMutation("post", "/price-areas/{area}/fetch");
  const { area, feed } = of;
  if (!feed.source) return null;
  const source = t(`price.source.${feed.source}`);
  const failing = feed.attempts > 0 && feed.fault != null && feed.faultAt === feed.askedAt;
  if (!feed.inUse) return <span className={classes.soft}>{t("price.fetchUnused")}</span>;
  const next =
    feed.nextAt && new Date(feed.nextAt) > now
      ? t("price.fetchNext", { at: format.dateTime(feed.nextAt) })
      : t("price.fetchSoon");
  return (
    <div className={classes.feed}>
      {failing ? (
        <StateBadge tone="bad">{t("price.fetchFailing")}</StateBadge>
      ) : (
        feed.attempts > 0 && <StateBadge tone="calm">{t("price.fetchWaits")}</StateBadge>
      )}
      <span>
        {feed.fetchedAt
          ? t("price.fetchedAt", { at: format.dateTime(feed.fetchedAt), source })
          : t("price.fetchNever", { source })}
      </span>
      <span className={classes.soft}>{next}</span>
      {feed.fault && (
        <span className={failing ? undefined : classes.soft}>
          {feed.faultAt && `${t("price.fetchFailed", { at: format.dateTime(feed.faultAt) })}: `}
          {word("problem", feed.fault)}
          {feed.faultWords && ` ${t("price.sourceSaid", { words: feed.faultWords })}`}
        </span>
      )}
      {manages && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCloudDownload size={14} />}
          aria-label={t("price.fetchNowOf", { area })}
          loading={fetch.isPending}
          onClick={() =>
            fetch.mutate(
              { params: { path: { area } } },
              {
                onSuccess: ({ feed: after }) => {
                  // What went wrong stands in the table, where it stays.
                  if (after.fault && after.faultAt === after.askedAt) return;
                  said(
                    t(after.fetchedAt === after.askedAt ? "price.fetched" : "price.fetchedNothing", { area }),
                  );
                },
                onError: (error) => showProblem(error, text),
              },
            )
          }
        >
          {t("price.fetchNow")}
        </Button>
      )}
    </div>
  );
}

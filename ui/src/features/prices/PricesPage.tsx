import { ActionIcon, Alert, Button, Select, Table } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconCloudOff,
  IconCoins,
  IconFileImport,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { AreaPrices } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { Card } from "../../parts/Card";
import { Bars } from "../../parts/chart/Bars";
import { PRICE_AREAS } from "../../parts/colours";
import { DayInput } from "../../parts/DayInput";
import { EmptyState } from "../../parts/EmptyState";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { Scroll } from "../../parts/Scroll";
import { StateBadge } from "../../parts/StateBadge";
import { useAreas } from "../../parts/useAreas";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { AreaFeed } from "./AreaFeed";
import classes from "./PricesPage.module.css";
import { barsOf, dayBeside, quartersOf, rangeOf } from "./priceDay";
import { TakePricesDialog } from "./TakePricesDialog";

export interface PricesSearch {
  area?: string;
  day?: string;
}

type Area = AreaPrices["area"];
const AREAS: readonly Area[] = [...PRICE_AREAS.SE, ...PRICE_AREAS.NO];
const QUARTER_MS = 15 * 60_000;

/** The day-ahead prices: how far they are known in each area, what they are on a day, and files to take them from. */
export function PricesPage({
  search,
  dropped,
  onSearch,
}: {
  search: PricesSearch;
  dropped: File | undefined;
  onSearch: (search: PricesSearch) => void;
}) {
  const { t } = useText();
  const me = useMe();
  const now = useNow();
  const today = isoToday(now);
  const { facility, facilities } = useFacilityChoice();
  const [taking, setTaking] = useState(dropped !== undefined);
  const areas = api.useQuery("get", "/price-areas", {});
  const own = facility?.priceArea ?? facilities.find(({ priceArea }) => priceArea)?.priceArea;
  const area = AREAS.find((each) => each === (search.area ?? own)) ?? areas.data?.items[0]?.area ?? "SE3";
  const day = search.day && /^\d{4}-\d{2}-\d{2}$/.test(search.day) ? search.day : today;
  const manages = can(me, "manage_charging");
  return (
    <>
      <PageHeader
        title={t("room.prices")}
        subtitle={t("price.words")}
        actions={
          manages && (
            <Button leftSection={<IconFileImport size={16} />} onClick={() => setTaking(true)}>
              {t("price.take")}
            </Button>
          )
        }
      />
      <div className={classes.page}>
        <Card title={t("price.byArea")}>
          <Loaded query={areas}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState icon={IconCoins} title={t("price.noArea")}>
                  {t("price.noAreaWords")}
                </EmptyState>
              ) : (
                <>
                  {items.every(({ feed }) => !feed.source) && <FromFilesOnly />}
                  <AreaTable
                    areas={items}
                    area={area}
                    now={now}
                    manages={manages}
                    onArea={(next) => onSearch({ ...search, area: next })}
                  />
                </>
              )
            }
          </Loaded>
        </Card>
        <Day
          area={area}
          day={day}
          onArea={(next) => onSearch({ ...search, area: next })}
          onDay={(next) => onSearch({ ...search, area, day: next })}
        />
      </div>
      {taking && (
        <TakePricesDialog
          dropped={dropped}
          area={area}
          onClose={(taken) => {
            setTaking(false);
            if (taken && taken !== area) onSearch({ ...search, area: taken });
          }}
        />
      )}
    </>
  );
}

/** Nothing is fetched: said where one wonders why a price is missing. */
function FromFilesOnly() {
  const { t } = useText();
  const me = useMe();
  return (
    <Alert icon={<IconCloudOff size={18} />} title={t("price.offTitle")} mb="sm">
      <p style={{ margin: 0 }}>{t("price.offWords")}</p>
      {can(me, "change_setting") && (
        <Button component={Link} to="/settings/prices" variant="default" size="compact-sm" mt="xs">
          {t("price.offOpen")}
        </Button>
      )}
    </Alert>
  );
}

/** How far the prices of each area are known, what is missing, and how it stands with fetching them. */
function AreaTable({
  areas,
  area,
  now,
  manages,
  onArea,
}: {
  areas: readonly AreaPrices[];
  area: Area;
  now: Date;
  manages: boolean;
  onArea: (area: Area) => void;
}) {
  const { t, format } = useText();
  const today = isoToday(now);
  const fetches = areas.some(({ feed }) => feed.source);
  const last = (until: string) => new Date(new Date(until).getTime() - 1);
  const span = ({ from, until }: { from: string; until: string }) => {
    const whole = format.time(from) === format.time(until) && format.time(from) === "00:00";
    if (!whole) return `${format.dateTime(from)}–${format.dateTime(until)}`;
    const [begin, end] = [format.date(from), format.date(last(until))];
    return begin === end ? begin : `${begin}–${end}`;
  };
  return (
    <Scroll label={t("price.byArea")}>
      <Table verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("facility.priceArea")}</Table.Th>
            <Table.Th>{t("price.known")}</Table.Th>
            <Table.Th>{t("price.missing")}</Table.Th>
            {fetches && <Table.Th>{t("price.fetch")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {areas.map((each) => {
            const behind = each.facilities > 0 && (!each.known || isoToday(last(each.known.until)) < today);
            return (
              <Table.Tr key={each.area}>
                <Table.Td>
                  <button
                    type="button"
                    className={classes.area}
                    aria-pressed={each.area === area}
                    onClick={() => onArea(each.area)}
                  >
                    {each.area}
                  </button>{" "}
                  <span className={classes.soft}>
                    {t(`price.area.${each.area}`)}
                    {each.facilities > 0 && ` · ${t("price.facilities", { count: each.facilities })}`}
                  </span>
                </Table.Td>
                <Table.Td className={classes.span}>
                  {each.known ? span(each.known) : t("price.none")}
                </Table.Td>
                <Table.Td>
                  {each.missing.length > 0 && (
                    <ul className={classes.holes}>
                      {each.missing.map((hole) => (
                        <li key={hole.from}>{span(hole)}</li>
                      ))}
                    </ul>
                  )}
                  {behind && <StateBadge tone="warn">{t("price.behind")}</StateBadge>}
                  {each.missing.length === 0 && !behind && each.known && (
                    <StateBadge tone="good">{t("price.whole")}</StateBadge>
                  )}
                </Table.Td>
                {fetches && (
                  <Table.Td>
                    <AreaFeed of={each} now={now} manages={manages} />
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

/** The prices of an area on a day, quarter by quarter. */
function Day({
  area,
  day,
  onArea,
  onDay,
}: {
  area: Area;
  day: string;
  onArea: (area: Area) => void;
  onDay: (day: string) => void;
}) {
  const { t, word, format } = useText();
  const withTown = useAreas();
  const same = (one: string, other: string) => new Date(one).getTime() === new Date(other).getTime();
  const query = api.useQuery("get", "/market-prices", {
    params: { query: { area, from: day, until: day } },
  });
  const end = (startsAt: string) => new Date(new Date(startsAt).getTime() + QUARTER_MS);
  const span = (startsAt: string) => `${format.time(startsAt)}–${format.time(end(startsAt))}`;
  return (
    <Card title={t("price.ofDay", { area, day: format.date(day) })}>
      <div className={classes.day}>
        <Select
          label={t("facility.priceArea")}
          w={180}
          allowDeselect={false}
          data={withTown(AREAS)}
          value={area}
          onChange={(next) => next && onArea(next as Area)}
        />
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("price.dayBefore")}
          onClick={() => onDay(dayBeside(day, -1))}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <DayInput label={t("price.day")} value={day} onChange={(next) => next && onDay(next)} />
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("price.dayAfter")}
          onClick={() => onDay(dayBeside(day, 1))}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </div>
      <Loaded query={query}>
        {({ prices, missing, replaced, currency }) => {
          const range = rangeOf(prices);
          if (!range) {
            return (
              <EmptyState icon={IconCoins} title={t("price.dayEmpty", { area, day: format.date(day) })}>
                {t("price.dayEmptyWords")}
              </EmptyState>
            );
          }
          const written = (micro: number | undefined) =>
            micro === undefined ? t("price.unknown") : format.energyPrice(micro, currency);
          const quarters = quartersOf(prices, missing);
          const [first, last] = [quarters[0]?.startsAt ?? "", quarters.at(-1)?.startsAt ?? ""];
          return (
            <>
              <dl className={classes.range}>
                <div>
                  <dt>{t("price.least", { time: span(range.least.startsAt) })}</dt>
                  <dd>{written(range.least.microPerKwh)}</dd>
                </div>
                <div>
                  <dt>{t("price.mean")}</dt>
                  <dd>{written(range.mean)}</dd>
                </div>
                <div>
                  <dt>{t("price.most", { time: span(range.most.startsAt) })}</dt>
                  <dd>{written(range.most.microPerKwh)}</dd>
                </div>
              </dl>
              <Bars
                label={t("price.seen", {
                  area,
                  day: format.date(day),
                  least: written(range.least.microPerKwh),
                  most: written(range.most.microPerKwh),
                })}
                bars={barsOf(quarters, (startsAt, micro) => `${span(startsAt)}: ${written(micro)}`)}
                most={written}
                begins={format.time(first)}
                ends={format.time(end(last))}
                missing={t("price.unknown")}
              >
                <Scroll label={t("price.ofDay", { area, day: format.date(day) })}>
                  <Table verticalSpacing={3} maw={replaced.length > 0 ? 860 : 420}>
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>{t("session.quarter")}</Table.Th>
                        <Table.Th className={classes.number}>{t("session.priceNet")}</Table.Th>
                        {replaced.length > 0 && <Table.Th>{t("price.before")}</Table.Th>}
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {quarters.map(({ startsAt, microPerKwh }) => (
                        <Table.Tr key={startsAt}>
                          <Table.Th scope="row" style={{ fontWeight: 500 }}>
                            {span(startsAt)}
                          </Table.Th>
                          <Table.Td className={classes.number}>{written(microPerKwh)}</Table.Td>
                          {replaced.length > 0 && (
                            <Table.Td className={classes.soft}>
                              {replaced
                                .filter((price) => same(price.startsAt, startsAt))
                                .map((price) => (
                                  <div key={price.replacedAt}>
                                    {t("price.beforeOne", {
                                      price: written(price.microPerKwh),
                                      source: word("price.source", price.source),
                                      at: format.dateTime(price.replacedAt),
                                    })}
                                  </div>
                                ))}
                            </Table.Td>
                          )}
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </Scroll>
              </Bars>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

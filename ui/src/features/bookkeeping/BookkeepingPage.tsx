import { Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n/text";
import { months } from "../../parts/months";
import { PageHeader } from "../../parts/PageHeader";
import { useMonthName } from "../../parts/useMonthName";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { BookedMonth } from "./BookedMonth";
import { ChartAccounts } from "./ChartAccounts";
import { MonthEnd } from "./MonthEnd";

const OFFERED_MONTHS = 24;

export type BookkeepingSearch = { month?: string };

/** A month in the accountant's numbers, its files, and which accounts are meant. */
export function BookkeepingPage({
  search,
  onSearch,
}: {
  search: BookkeepingSearch;
  onSearch: (search: BookkeepingSearch) => void;
}) {
  const { t } = useText();
  const now = useNow();
  const monthName = useMonthName();
  const { organisation, organisations } = useFacilityChoice();
  const [chosen, setChosen] = useState<string>();
  const whose = organisations.find(({ id }) => id === chosen) ?? organisation;
  const offered = months(now, OFFERED_MONTHS);
  const asked = search.month && /^\d{4}-\d{2}$/.test(search.month) ? search.month : undefined;
  // What is booked is usually the month that is over.
  const month = asked ?? offered[1] ?? offered[0] ?? "";
  const choices = offered.includes(month) ? offered : [month, ...offered];
  return (
    <div>
      <PageHeader title={t("room.bookkeeping")} subtitle={t("bookkeeping.words")} />
      <Stack gap="md">
        <Stack gap="sm" maw={360}>
          {organisations.length > 1 && (
            <Select
              label={t("bookkeeping.organisation")}
              allowDeselect={false}
              data={organisations.map((each) => ({ value: each.id as string, label: each.name }))}
              value={whose?.id ?? null}
              onChange={(next) => next && setChosen(next)}
            />
          )}
          <Select
            label={t("bookkeeping.month")}
            allowDeselect={false}
            data={choices.map((value) => ({ value, label: monthName(value) }))}
            value={month}
            onChange={(next) => next && onSearch({ month: next })}
          />
        </Stack>
        {whose && <BookedMonth key={`${whose.id}${month}`} organisation={whose} month={month} />}
        {whose && <MonthEnd key={`end${whose.id}${month}`} organisation={whose} month={month} />}
        {whose && <ChartAccounts key={whose.id} organisation={whose} />}
      </Stack>
    </div>
  );
}

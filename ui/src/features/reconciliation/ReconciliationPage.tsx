import { Button, Group, Stack } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { DayInput } from "../../parts/DayInput";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { Differences } from "./Differences";
import { ReconciledDays } from "./ReconciledDays";
import { TakeSettlementDialog } from "./TakeSettlementDialog";

export type ReconciliationSearch = { from?: string; to?: string };

const SHOWN_DAYS = 30;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What customers paid through providers and at the counter, what was settled and what the bank received, and what does not agree. */
export function ReconciliationPage({
  search,
  onSearch,
}: {
  search: ReconciliationSearch;
  onSearch: (search: ReconciliationSearch) => void;
}) {
  const { t } = useText();
  const me = useMe();
  const now = useNow();
  const { organisation } = useFacilityChoice();
  const [takes, setTakes] = useState(false);
  const day = (back: number) => isoToday(new Date(now.getTime() - back * DAY_MS));
  const from = search.from && DAY.test(search.from) ? search.from : day(SHOWN_DAYS);
  const to = search.to && DAY.test(search.to) ? search.to : day(0);
  const query = { organisationId: organisation?.id ?? "", from, to };
  const read = api.useQuery(
    "get",
    "/reconciliation",
    { params: { query } },
    { enabled: organisation !== undefined },
  );
  return (
    <div>
      <PageHeader
        title={t("room.reconciliation")}
        subtitle={t("reconciliation.words")}
        actions={
          <>
            {organisation && (
              <ExportMenu
                table="reconciliation"
                address={(wanted) => `/exports/reconciliation?${queryOf({ ...query, ...wanted })}`}
              />
            )}
            {can(me, "take_payment") && (
              <Button
                leftSection={<IconFileImport size={16} />}
                disabled={!organisation}
                onClick={() => setTakes(true)}
              >
                {t("reconciliation.take")}
              </Button>
            )}
          </>
        }
      />
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <DayInput
            label={t("reconciliation.from")}
            value={from}
            onChange={(next) => onSearch({ ...search, from: next || undefined })}
          />
          <DayInput
            label={t("reconciliation.to")}
            value={to}
            onChange={(next) => onSearch({ ...search, to: next || undefined })}
          />
        </Group>
        {organisation && (
          <Loaded query={read}>
            {(all) => (
              <>
                <Differences organisation={organisation} all={all} takes={can(me, "take_payment")} />
                <ReconciledDays days={all.days} />
              </>
            )}
          </Loaded>
        )}
      </Stack>
      {takes && organisation && (
        <TakeSettlementDialog organisation={organisation} onClose={() => setTakes(false)} />
      )}
    </div>
  );
}

import { Button, Select } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconClock, IconEdit, IconHistory, IconPlus, IconReceipt2, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { api } from "../../api/query";
import type { Facility, Tariff, TariffComponent } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { EmptyState } from "../../parts/EmptyState";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useRateWords } from "../../parts/rateWords";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { ComponentForm } from "./ComponentForm";
import { dayBefore, TariffChange } from "./TariffChange";
import classes from "./TariffPage.module.css";
import { KINDS, rowKey, stateOn, sumOn, withoutRow } from "./tariffRows";
import { useSaveTariff } from "./useSaveTariff";

export interface TariffSearch {
  open?: string;
  create?: string;
}

const LOOKS = {
  now: { tone: "good", icon: undefined },
  coming: { tone: "calm", icon: IconClock },
  over: { tone: "mute", icon: IconHistory },
} as const;

/** What a facility asks for energy: dated components, what holds today, what comes and what was. */
export function TariffPage({
  search,
  onSearch,
}: {
  search: TariffSearch;
  onSearch: (search: TariffSearch) => void;
}) {
  const { t } = useText();
  const me = useMe();
  const { facility, facilities, choose } = useFacilityChoice();
  const manages = can(me, "manage_charging") && facility !== undefined;
  const create = () => onSearch({ create: "1" });
  useHotkeys([["mod+N", () => manages && create()]]);
  return (
    <>
      <PageHeader
        title={t("room.tariff")}
        subtitle={facility?.name}
        actions={
          manages && (
            <Button leftSection={<IconPlus size={16} />} onClick={create} title="Ctrl+N">
              {t("tariff.new")}
            </Button>
          )
        }
      />
      {facility ? (
        <OfFacility
          key={facility.id}
          facility={facility}
          search={search}
          onSearch={onSearch}
          onCreate={manages ? create : undefined}
        />
      ) : (
        <Select
          className={classes.choose}
          label={t("tariff.whose")}
          placeholder={t("letters.chooseFacility")}
          data={facilities.map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
          value={null}
          onChange={(id) => id && choose(id)}
        />
      )}
    </>
  );
}

function OfFacility({
  facility,
  search,
  onSearch,
  onCreate,
}: {
  facility: Facility;
  search: TariffSearch;
  onSearch: (search: TariffSearch) => void;
  /** Absent for those who may not change it. */
  onCreate: (() => void) | undefined;
}) {
  const query = api.useQuery("get", "/tariff", { params: { query: { facilityId: facility.id } } });
  return (
    <Loaded query={query}>
      {(tariff) => (
        <Known facility={facility} tariff={tariff} search={search} onSearch={onSearch} onCreate={onCreate} />
      )}
    </Loaded>
  );
}

function Known({
  facility,
  tariff,
  search,
  onSearch,
  onCreate,
}: {
  facility: Facility;
  tariff: Tariff;
  search: TariffSearch;
  onSearch: (search: TariffSearch) => void;
  onCreate: (() => void) | undefined;
}) {
  const { t, word, format } = useText();
  const rateWords = useRateWords();
  const table = useRef<DataTableHandle>(null);
  const today = isoToday(useNow());
  const rows = tariff.tariff?.components ?? [];
  const [removing, setRemoving] = useState<TariffComponent>();
  const saveTariff = useSaveTariff(facility.id);
  const close = () => onSearch({});
  const vatWords = (vat: string) =>
    /^\d+$/.test(vat) ? format.percent(Number(vat)) : word("tariff.vat", vat);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words follow from the language, which remounts the desk
  const columns = useMemo<Column<TariffComponent>[]>(
    () => [
      {
        id: "kind",
        title: t("tariff.component"),
        width: 170,
        text: ({ kind }) => t(`tariff.kind.${kind}`),
        show: ({ kind }) => <strong style={{ fontWeight: 600 }}>{t(`tariff.kind.${kind}`)}</strong>,
        sortBy: ({ kind }) => KINDS.indexOf(kind),
      },
      { id: "rate", title: t("tariff.rate"), width: 190, align: "end", text: ({ rate }) => rateWords(rate) },
      { id: "vat", title: t("tariff.vatTitle"), width: 110, align: "end", text: ({ vat }) => vatWords(vat) },
      {
        id: "from",
        title: t("tariff.validFrom"),
        width: 125,
        text: ({ validFrom }) => format.date(validFrom),
        sortBy: ({ validFrom }) => validFrom,
      },
      {
        id: "until",
        title: t("tariff.lastDay"),
        width: 125,
        text: ({ validUntil }) => (validUntil ? format.date(dayBefore(validUntil)) : "–"),
        sortBy: ({ validUntil }) => validUntil ?? "9999",
      },
      {
        id: "state",
        title: t("tariff.stateTitle"),
        width: 150,
        text: (row) => t(`tariff.state.${stateOn(row, today)}`),
        show: (row) => {
          const state = stateOn(row, today);
          return (
            <StateBadge tone={LOOKS[state].tone} icon={LOOKS[state].icon}>
              {t(`tariff.state.${state}`)}
            </StateBadge>
          );
        },
      },
      { id: "source", title: t("tariff.source"), width: 240, text: ({ source }) => source },
    ],
    [t, format, today],
  );
  return (
    <>
      {rows.length === 0 ? (
        <Card>
          <EmptyState
            icon={IconReceipt2}
            title={t("tariff.emptyTitle")}
            action={onCreate && <Button onClick={onCreate}>{t("tariff.new")}</Button>}
          >
            {t("tariff.emptyWords")}
          </EmptyState>
        </Card>
      ) : (
        <>
          <div className={classes.above}>
            <Today facility={facility} rows={rows} today={today} />
          </div>
          <DataTable
            handle={table}
            name="tariff"
            label={t("room.tariff")}
            columns={columns}
            list={listedWhole<TariffComponent>(
              { data: { items: rows }, isPending: false, error: null } as never,
              rows,
            )}
            rowId={rowKey}
            openId={search.open}
            {...(onCreate && { onOpen: (row: TariffComponent) => onSearch({ open: rowKey(row) }) })}
            count={(count) => t("tariff.count", { count })}
            dim={(row) => stateOn(row, today) === "over"}
            rowActions={(row) =>
              onCreate
                ? [
                    { label: t("action.edit"), icon: IconEdit, run: () => onSearch({ open: rowKey(row) }) },
                    { label: t("action.remove"), icon: IconTrash, danger: true, run: () => setRemoving(row) },
                  ]
                : []
            }
            empty={null}
          />
        </>
      )}
      {search.create !== undefined && <ComponentForm facility={facility} tariff={tariff} onClose={close} />}
      {search.open !== undefined && onCreate && (
        <ComponentForm
          key={search.open}
          facility={facility}
          tariff={tariff}
          open={search.open}
          onClose={close}
        />
      )}
      {removing && (
        <ConsentDialog
          title={t("tariff.removeTitle", { kind: word("tariff.kind", removing.kind) })}
          confirm={t("action.remove")}
          danger
          waiting={rows.length === 1}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => saveTariff(tariff, withoutRow(rows, removing))}
        >
          <p style={{ margin: 0 }}>
            {t(rows.length === 1 ? "tariff.removeLast" : "tariff.removeWords", {
              from: format.date(removing.validFrom),
            })}
          </p>
          {rows.length > 1 && <TariffChange facilityId={facility.id} rows={withoutRow(rows, removing)} />}
        </ConsentDialog>
      )}
    </>
  );
}

/** What a kilowatt-hour costs today, and the fees beside it. */
function Today({
  facility,
  rows,
  today,
}: {
  facility: Facility;
  rows: readonly TariffComponent[];
  today: string;
}) {
  const { t, format } = useText();
  const rateWords = useRateWords();
  const valid = rows.filter((row) => stateOn(row, today) === "now");
  const { gross, market } = sumOn(rows, today);
  const currency = facility.country === "NO" ? "NOK" : "SEK";
  return (
    <Card title={t("tariff.today")} aside={format.date(today)}>
      {valid.length === 0 ? (
        <p style={{ margin: 0 }}>{t("tariff.nothingToday")}</p>
      ) : (
        <>
          <dl className={classes.today}>
            {valid.map((row) => (
              <div key={row.kind}>
                <dt>{t(`tariff.kind.${row.kind}`)}</dt>
                <dd>{rateWords(row.rate)}</dd>
              </div>
            ))}
          </dl>
          <p className={classes.sum}>
            {t(market ? "tariff.sumWithMarket" : "tariff.sum", {
              price: format.energyPrice(gross, currency),
            })}{" "}
            {market && facility.priceArea && (
              <Link to="/market-prices" search={{ area: facility.priceArea } as never}>
                {t("tariff.toPrices", { area: facility.priceArea })}
              </Link>
            )}
          </p>
        </>
      )}
    </Card>
  );
}

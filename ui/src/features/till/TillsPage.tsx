import { Alert, Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconCashRegister, IconInfoCircle, IconPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { api, usePages } from "../../api/query";
import type { Till } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";
import { OpenTillDialog } from "./OpenTillDialog";
import { TakePaymentDialog } from "./TakePaymentDialog";
import { TillBadge } from "./TillBadge";
import { TillPanel } from "./TillPanel";
import { TillSettingDialog } from "./TillSettingDialog";

export interface TillsSearch {
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "openedAt", descending: true, reversible: false };

/** The counter: the tills of clerks, open and closed. Ctrl+N takes a payment, or opens a till where there is none. */
export function TillsPage({
  search,
  onSearch,
}: {
  search: TillsSearch;
  onSearch: (search: TillsSearch) => void;
}) {
  const { t, format } = useText();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation } = useFacilityChoice();
  const [doing, setDoing] = useState<"open" | "take" | "setting">();
  const filter = { organisationId: organisation?.id };
  const standing = api.useQuery(
    "get",
    "/till-standing",
    { params: { query: { organisationId: organisation?.id ?? "" } } },
    { enabled: organisation !== undefined },
  ).data;
  const pages = usePages<Till>("/tills", filter, { enabled: organisation !== undefined });
  const list = useListedPages<Till>(pages);
  const own = standing?.active ? standing.ownId : undefined;
  const next = own ? "take" : standing?.mayOpen ? "open" : undefined;
  useHotkeys([["mod+N", () => next && !doing && setDoing(next)]], []);
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<Till>[] = [
    {
      id: "openedAt",
      title: t("till.openedAt"),
      width: 160,
      text: ({ openedAt }) => format.dateTime(openedAt),
      sortBy: ({ openedAt }) => openedAt,
    },
    {
      id: "clerk",
      title: t("till.clerk"),
      width: 170,
      text: ({ clerk }) => clerk ?? "",
      show: ({ clerk }) => <strong style={{ fontWeight: 600 }}>{clerk}</strong>,
    },
    {
      id: "state",
      title: t("till.state"),
      width: 120,
      text: ({ closedAt }) => t(closedAt ? "till.state.closed" : "till.state.open"),
      show: ({ closedAt }) => <TillBadge closed={closedAt != null} />,
    },
    { id: "number", title: t("till.number"), width: 120, text: ({ number }) => number ?? "" },
    {
      id: "closedAt",
      title: t("till.closedAt"),
      width: 160,
      text: ({ closedAt }) => (closedAt ? format.dateTime(closedAt) : ""),
    },
    {
      id: "counted",
      title: t("till.counted"),
      width: 130,
      align: "end",
      text: ({ counted }) => (counted ? format.money(counted.minor, counted.currency) : ""),
    },
    {
      id: "difference",
      title: t("till.difference"),
      width: 130,
      align: "end",
      text: ({ difference }) => (difference ? format.money(difference.minor, difference.currency) : ""),
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.till")}
        subtitle={t("till.words")}
        actions={
          <>
            {standing?.active && standing.maySet && (
              <Button variant="default" onClick={() => setDoing("setting")}>
                {t("till.turnOff")}
              </Button>
            )}
            {own && own !== search.open && (
              <Button variant="default" onClick={() => onSearch({ ...search, open: own })}>
                {t("till.own")}
              </Button>
            )}
            {next && (
              <Button title="Ctrl+N" leftSection={<IconPlus size={16} />} onClick={() => setDoing(next)}>
                {t(next === "take" ? "till.take" : "till.openIt")}
              </Button>
            )}
          </>
        }
      />
      {standing && !standing.active && (
        <Alert color="gray" icon={<IconInfoCircle />} title={t("till.offTitle")} mb="md">
          <p style={{ margin: "0 0 8px" }}>{t("till.law")}</p>
          {standing.maySet ? (
            <Button onClick={() => setDoing("setting")}>{t("till.turnOn")}</Button>
          ) : (
            t("till.onlyOwner")
          )}
        </Alert>
      )}
      <Split
        list={
          <DataTable
            handle={table}
            name="tills"
            label={t("room.till")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={({ id }) => onSearch({ ...search, open: id })}
            address={({ id }) => addressOf({ to: "/till", search: { ...search, open: id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={organisation?.id ?? ""}
            count={(count) => t("till.count", { count })}
            empty={
              <EmptyState icon={IconCashRegister} title={t("till.emptyTitle")}>
                {t("till.emptyWords")}
              </EmptyState>
            }
          />
        }
        detail={
          search.open && (
            <TillPanel key={search.open} id={search.open} onTake={() => setDoing("take")} onClose={close} />
          )
        }
      />
      {organisation && standing && doing === "setting" && (
        <TillSettingDialog
          organisationId={organisation.id}
          standing={standing}
          onClose={() => setDoing(undefined)}
        />
      )}
      {organisation && standing && doing === "open" && (
        <OpenTillDialog
          organisationId={organisation.id}
          currency={standing.currency}
          onClose={() => setDoing(undefined)}
          onOpened={(id) => onSearch({ ...search, open: id })}
        />
      )}
      {own && standing && doing === "take" && (
        <TakePaymentDialog
          tillId={own}
          currency={standing.currency}
          onClose={() => setDoing(undefined)}
          onTaken={() => onSearch({ ...search, open: own })}
        />
      )}
    </>
  );
}

import { IconCreditCardRefund } from "@tabler/icons-react";
import { useRef } from "react";
import { usePages } from "../../api/query";
import type { Refund } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { RefundBadge } from "../../parts/RefundBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";
import { RefundPanel } from "./RefundPanel";
import { useRefundFields } from "./useRefundFields";

export interface RefundsSearch {
  where?: string;
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "askedAt", descending: true, reversible: false };

/** The queue of refunds: who asked, who decided, and where each of them stands. */
export function RefundsPage({
  search,
  onSearch,
}: {
  search: RefundsSearch;
  onSearch: (search: RefundsSearch) => void;
}) {
  const { t, format } = useText();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation } = useFacilityChoice();
  const fields = useRefundFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const filter = { organisationId: organisation?.id, ...conditions.query };
  const pages = usePages<Refund>("/refunds", filter, { enabled: organisation !== undefined });
  const list = useListedPages<Refund>(pages);
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<Refund>[] = [
    {
      id: "askedAt",
      title: t("refund.askedAt"),
      width: 160,
      text: ({ askedAt }) => format.dateTime(askedAt),
      sortBy: ({ askedAt }) => askedAt,
    },
    {
      id: "recipient",
      title: t("refund.recipient"),
      width: 190,
      text: ({ recipient }) => recipient ?? "",
      show: ({ recipient }) => <strong style={{ fontWeight: 600 }}>{recipient}</strong>,
    },
    {
      id: "amount",
      title: t("refund.amount"),
      width: 130,
      align: "end",
      text: ({ amount }) => format.money(amount.minor, amount.currency),
      sortBy: ({ amount }) => amount.minor,
    },
    {
      id: "state",
      title: t("refund.state"),
      width: 210,
      text: ({ state }) => t(`refundState.${state}`),
      show: ({ state }) => <RefundBadge state={state} />,
    },
    { id: "askedBy", title: t("refund.askedBy"), width: 160, text: ({ askedBy }) => askedBy ?? "" },
    { id: "decidedBy", title: t("refund.decidedBy"), width: 160, text: ({ decidedBy }) => decidedBy ?? "" },
    {
      id: "decidedAt",
      title: t("refund.decidedAt"),
      width: 160,
      text: ({ decidedAt }) => (decidedAt ? format.dateTime(decidedAt) : ""),
    },
    { id: "reason", title: t("refund.reason"), width: 240, text: ({ reason }) => reason },
  ];
  return (
    <>
      <PageHeader title={t("room.refunds")} subtitle={t("refund.words")} />
      <FilterBar>
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="refunds"
            label={t("room.refunds")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={({ id }) => onSearch({ ...search, open: id })}
            address={({ id }) => addressOf({ to: "/refunds", search: { ...search, open: id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={`${search.where ?? ""}${organisation?.id ?? ""}`}
            count={(count) => t("refund.count", { count })}
            empty={
              <EmptyState icon={IconCreditCardRefund} title={t("refund.emptyTitle")}>
                {t("refund.emptyWords")}
              </EmptyState>
            }
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults
                  icon={IconCreditCardRefund}
                  title={t("refund.noResults")}
                  onClear={() => onSearch({})}
                />
              )
            }
          />
        }
        detail={search.open && <RefundPanel key={search.open} id={search.open} onClose={close} />}
      />
    </>
  );
}

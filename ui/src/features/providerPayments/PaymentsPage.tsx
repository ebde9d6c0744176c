import { IconCreditCard } from "@tabler/icons-react";
import { useRef } from "react";
import { usePages } from "../../api/query";
import type { Payment } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { PaymentBadge } from "../../parts/PaymentBadge";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";
import { PaymentPanel } from "./PaymentPanel";
import { waitsForLook } from "./paymentStates";
import { useProviderPaymentFields } from "./useProviderPaymentFields";

export interface PaymentsSearch {
  where?: string;
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "begunAt", descending: true, reversible: false };

/** What is paid through providers: where each payment stands, and what somebody has to look at. */
export function PaymentsPage({
  search,
  onSearch,
}: {
  search: PaymentsSearch;
  onSearch: (search: PaymentsSearch) => void;
}) {
  const { t, format } = useText();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation } = useFacilityChoice();
  const fields = useProviderPaymentFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const filter = { organisationId: organisation?.id, ...conditions.query };
  const pages = usePages<Payment>("/payments", filter, { enabled: organisation !== undefined });
  const list = useListedPages<Payment>(pages);
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const invoice = ({ number, purpose }: Payment) =>
    purpose === "top_up"
      ? [t("providerPayment.topUp"), number].filter(Boolean).join(" ")
      : (number ?? t("providerPayment.gone"));
  const columns: Column<Payment>[] = [
    {
      id: "begunAt",
      title: t("providerPayment.begunAt"),
      width: 160,
      text: ({ begunAt }) => format.dateTime(begunAt),
      sortBy: ({ begunAt }) => begunAt,
    },
    {
      id: "payer",
      title: t("providerPayment.payer"),
      width: 200,
      text: ({ recipient }) => recipient ?? "",
      show: ({ recipient }) => <strong style={{ fontWeight: 600 }}>{recipient}</strong>,
    },
    { id: "invoice", title: t("providerPayment.for"), width: 170, text: invoice },
    {
      id: "amount",
      title: t("providerPayment.amount"),
      width: 130,
      align: "end",
      text: ({ amount }) => format.money(amount.minor, amount.currency),
      sortBy: ({ amount }) => amount.minor,
    },
    {
      id: "state",
      title: t("providerPayment.state"),
      width: 190,
      text: ({ state }) => t(`paymentState.${state}`),
      show: ({ state }) => <PaymentBadge state={state} />,
    },
    {
      id: "provider",
      title: t("providerPayment.provider"),
      width: 190,
      text: ({ provider }) => t(`paymentProvider.${provider}`),
    },
    {
      id: "toLookAt",
      title: t("providerPayment.toLookAt"),
      width: 300,
      text: (payment) => (payment.concern ? t(`providerPayment.concern.${payment.concern}`) : ""),
      show: (payment) =>
        payment.concern && (
          <StateBadge tone={waitsForLook(payment) ? "warn" : "mute"}>
            {t(`providerPayment.concern.${payment.concern}`)}
          </StateBadge>
        ),
    },
  ];
  return (
    <>
      <PageHeader title={t("room.payments")} subtitle={t("providerPayment.words")} />
      <FilterBar>
        <SavedViews
          room="payments"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as PaymentsSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="payments"
            label={t("room.payments")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={({ id }) => onSearch({ ...search, open: id })}
            address={({ id }) => addressOf({ to: "/payments", search: { ...search, open: id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={`${search.where ?? ""}${organisation?.id ?? ""}`}
            count={(count) => t("providerPayment.count", { count })}
            empty={
              <EmptyState icon={IconCreditCard} title={t("providerPayment.emptyTitle")}>
                {t("providerPayment.emptyWords")}
              </EmptyState>
            }
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults
                  icon={IconCreditCard}
                  title={t("providerPayment.noResults")}
                  onClear={() => onSearch({})}
                />
              )
            }
          />
        }
        detail={search.open && <PaymentPanel key={search.open} id={search.open} onClose={close} />}
      />
    </>
  );
}

import { Button } from "@mantine/core";
import { IconFileImport, IconHistory, IconTransferIn, IconTransferOut } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { usePages } from "../../api/query";
import type { IncomingPayment, IncomingPaymentPage, Page } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { ListSums } from "../../parts/table/ListSums";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { BankFilesDialog } from "./BankFilesDialog";
import { IncomingPaymentPanel } from "./IncomingPaymentPanel";
import { OutgoingDialog } from "./OutgoingLines";
import { standOf, toneOf } from "./paymentWords";
import { TakeBankFileDialog } from "./TakeBankFileDialog";
import { usePaymentFields } from "./usePaymentFields";

export interface IncomingPaymentsSearch {
  where?: string;
  sort?: string;
  open?: string;
  file?: string;
}

const PAGED_BY: PagedBy = { column: "bookedOn", descending: true, reversible: false };

/** What came to the bank: what each payment has settled, and what waits for somebody to say what it is for. */
export function IncomingPaymentsPage({
  search,
  onSearch,
}: {
  search: IncomingPaymentsSearch;
  onSearch: (search: IncomingPaymentsSearch) => void;
}) {
  const { t, format } = useText();
  const me = useMe();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation } = useFacilityChoice();
  const [asked, setAsked] = useState<"take" | "files" | "outgoing">();
  const fields = usePaymentFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const filter = { organisationId: organisation?.id, fileId: search.file, ...conditions.query };
  const pages = usePages<IncomingPayment>("/incoming-payments", filter, {
    enabled: organisation !== undefined,
  });
  const list = useListedPages<IncomingPayment>(pages);
  const first: (Page<IncomingPayment> & Partial<Pick<IncomingPaymentPage, "sums">>) | undefined =
    pages.query.data?.pages[0];
  const sums = first?.sums ?? [];
  const takes = can(me, "take_payment");
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<IncomingPayment>[] = [
    {
      id: "bookedOn",
      title: t("incoming.bookedOn"),
      width: 120,
      text: ({ bookedOn }) => format.date(bookedOn),
      sortBy: ({ bookedOn }) => bookedOn,
    },
    {
      id: "payer",
      title: t("incoming.payer"),
      width: 240,
      text: ({ payer, payerAccount }) => payer ?? payerAccount ?? t("incoming.nobody"),
      show: ({ payer, payerAccount }) => (
        <strong style={{ fontWeight: 600 }}>{payer ?? payerAccount ?? t("incoming.nobody")}</strong>
      ),
    },
    {
      id: "amount",
      title: t("incoming.amount"),
      width: 140,
      align: "end",
      text: ({ amount }) => format.money(amount.minor, amount.currency),
      sortBy: ({ amount }) => amount.minor,
    },
    {
      id: "outcome",
      title: t("incoming.outcome"),
      width: 200,
      text: (payment) => t(standOf(payment)),
      show: (payment) => <StateBadge tone={toneOf(payment)}>{t(standOf(payment))}</StateBadge>,
    },
    {
      id: "left",
      title: t("incoming.left"),
      width: 140,
      align: "end",
      text: ({ left }) => (left.minor === 0 ? "" : format.money(left.minor, left.currency)),
      sortBy: ({ left }) => left.minor,
    },
    {
      id: "kind",
      title: t("incoming.kind"),
      width: 130,
      text: ({ kind }) => t(`incoming.kind.${kind}`),
    },
    {
      id: "account",
      title: t("incoming.account"),
      width: 180,
      text: ({ account }) => account,
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.incomingPayments")}
        subtitle={t("incoming.words")}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconHistory size={16} />}
              disabled={!organisation}
              onClick={() => setAsked("files")}
            >
              {t("incoming.files")}
            </Button>
            <Button
              variant="default"
              leftSection={<IconTransferOut size={16} />}
              disabled={!organisation}
              onClick={() => setAsked("outgoing")}
            >
              {t("outgoing.title")}
            </Button>
            {takes && (
              <Button
                leftSection={<IconFileImport size={16} />}
                disabled={!organisation}
                onClick={() => setAsked("take")}
              >
                {t("incoming.take")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar>
        <SavedViews
          room="incoming_payments"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as IncomingPaymentsSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
        {search.file && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSearch({ ...search, file: undefined, open: undefined })}
          >
            {t("incoming.allFiles")}
          </Button>
        )}
      </FilterBar>
      <Split
        list={
          <>
            <DataTable
              handle={table}
              name="incomingPayments"
              label={t("room.incomingPayments")}
              columns={columns}
              list={list}
              rowId={({ id }) => id}
              openId={search.open}
              onOpen={({ id }) => onSearch({ ...search, open: id })}
              address={({ id }) => addressOf({ to: "/incoming-payments", search: { ...search, open: id } })}
              sort={search.sort}
              onSort={(sort) => onSearch({ ...search, sort })}
              pagedBy={PAGED_BY}
              filterKey={`${search.where ?? ""}${search.file ?? ""}${organisation?.id ?? ""}`}
              count={(count) => t("incoming.count", { count })}
              empty={
                <EmptyState icon={IconTransferIn} title={t("incoming.emptyTitle")}>
                  {t("incoming.emptyWords")}
                </EmptyState>
              }
              noResults={
                (conditions.conditions.length > 0 || search.file !== undefined) && (
                  <NoResults
                    icon={IconTransferIn}
                    title={t("incoming.noResults")}
                    onClear={() => onSearch({})}
                  />
                )
              }
            />
            <ListSums
              label={t("incoming.sums")}
              sums={sums.map(({ count, amount, left }) => ({
                currency: amount.currency,
                parts: [
                  [t("incoming.counted", { count }), format.money(amount.minor, amount.currency)],
                  [t("incoming.left"), format.money(left.minor, left.currency)],
                ],
              }))}
            />
          </>
        }
        detail={search.open && <IncomingPaymentPanel key={search.open} id={search.open} onClose={close} />}
      />
      {asked === "take" && organisation && (
        <TakeBankFileDialog
          organisation={organisation}
          onClose={(file) => {
            setAsked(undefined);
            if (file) onSearch({ file: file.id });
          }}
        />
      )}
      {asked === "outgoing" && organisation && (
        <OutgoingDialog organisation={organisation} onClose={() => setAsked(undefined)} />
      )}
      {asked === "files" && organisation && (
        <BankFilesDialog
          organisation={organisation}
          onOpen={(file) => {
            setAsked(undefined);
            onSearch({ file });
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

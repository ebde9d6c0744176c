import { Button } from "@mantine/core";
import { IconCalendarDollar, IconDownload, IconExternalLink, IconFileInvoice } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { usePages } from "../../api/query";
import type { Document, DocumentPage, Page } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { DocumentBadge } from "../../parts/DocumentBadge";
import { EInvoices } from "../../parts/EInvoices";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { ListSums } from "../../parts/table/ListSums";
import { useListedPages } from "../../parts/table/listed";
import { hostOrder, type PagedBy, readSort } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { DocumentPanel } from "./DocumentPanel";
import { asCounted, asDays } from "./documentWords";
import { useDocumentFields } from "./useDocumentFields";
import { useDocumentFile } from "./useDocumentFile";

export interface DocumentsSearch {
  where?: string;
  sort?: string;
  open?: string;
  person?: string;
}

const PAGED_BY: PagedBy = { column: "drafted", descending: true, reversible: true };

/** Invoices, credit notes and receipts, with what they add up to. */
export function DocumentsPage({
  search,
  onSearch,
}: {
  search: DocumentsSearch;
  onSearch: (search: DocumentsSearch) => void;
}) {
  const { t, format } = useText();
  const me = useMe();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const file = useDocumentFile();
  const { filter: place } = useFacilityChoice();
  const fields = useDocumentFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const order = hostOrder(readSort(search.sort, [{ id: PAGED_BY.column }]), PAGED_BY);
  const filter = { ...place, ...asDays(conditions.query), personId: search.person, order };
  const pages = usePages<Document>("/documents", filter);
  const list = useListedPages<Document>(pages);
  const first: (Page<Document> & Partial<Pick<DocumentPage, "sums">>) | undefined =
    pages.query.data?.pages[0];
  const sums = first?.sums ?? [];
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<Document>[] = [
    {
      id: "number",
      title: t("document.number"),
      width: 130,
      exported: ["number"],
      text: ({ number }) => number ?? t("document.draftNumber"),
      show: ({ number }) => (
        <strong style={{ fontWeight: 600 }}>{number ?? t("document.draftNumber")}</strong>
      ),
    },
    {
      id: "kind",
      title: t("document.kind"),
      width: 130,
      exported: ["kind"],
      text: ({ kind }) => t(`document.kind.${kind}`),
    },
    {
      id: "state",
      title: t("document.state"),
      width: 140,
      exported: ["state"],
      text: ({ state }) => t(`document.state.${state}`),
      show: ({ state }) => <DocumentBadge state={state} />,
    },
    {
      id: "recipient",
      title: t("document.recipient"),
      width: 220,
      exported: ["recipient"],
      text: ({ recipient }) => recipient,
    },
    {
      id: "payable",
      title: t("document.payable"),
      width: 140,
      align: "end",
      exported: ["payable", "currency"],
      text: (document) => format.money(asCounted(document), document.payable.currency),
      sortBy: asCounted,
    },
    {
      id: "open",
      title: t("document.left"),
      width: 140,
      align: "end",
      exported: ["open"],
      text: ({ open }) => (open ? format.money(open.minor, open.currency) : ""),
      sortBy: ({ open }) => open?.minor ?? 0,
    },
    {
      id: "issuedOn",
      title: t("document.issuedOn"),
      width: 120,
      exported: ["issuedOn"],
      text: ({ issuedOn }) => (issuedOn ? format.date(issuedOn) : ""),
      sortBy: ({ issuedOn }) => issuedOn ?? "",
    },
    {
      id: "dueOn",
      title: t("document.dueOn"),
      width: 120,
      exported: ["dueOn"],
      text: ({ dueOn }) => (dueOn ? format.date(dueOn) : ""),
      sortBy: ({ dueOn }) => dueOn ?? "",
    },
    {
      id: "unitCode",
      title: t("document.unit"),
      width: 100,
      exported: ["unitCode"],
      text: ({ unitCode }) => unitCode ?? "",
    },
    {
      id: "reference",
      title: t("document.reference"),
      width: 150,
      exported: ["reference"],
      text: ({ reference }) => reference ?? "",
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.documents")}
        subtitle={t("document.words")}
        actions={
          <>
            <ExportMenu
              table="documents"
              columns={columns}
              address={(query) => `/exports/documents?${queryOf({ ...filter, ...query })}`}
              also={{
                label: t("export.documentLines"),
                address: (query) => `/exports/document-lines?${queryOf({ ...filter, ...query })}`,
              }}
            />
            <EInvoices query={filter} />
            {can(me, "manage_billing") && (
              <Button component={Link} to="/month-runs" leftSection={<IconCalendarDollar size={16} />}>
                {t("monthRun.title")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar>
        <SavedViews
          room="documents"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as DocumentsSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
        {search.person && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSearch({ ...search, person: undefined, open: undefined })}
          >
            {t("document.everybody")}
          </Button>
        )}
      </FilterBar>
      <Split
        list={
          <>
            <DataTable
              handle={table}
              name="documents"
              label={t("room.documents")}
              columns={columns}
              list={list}
              rowId={({ id }) => id}
              openId={search.open}
              onOpen={({ id }) => onSearch({ ...search, open: id })}
              address={({ id }) => addressOf({ to: "/documents", search: { ...search, open: id } })}
              sort={search.sort}
              onSort={(sort) => onSearch({ ...search, sort })}
              pagedBy={PAGED_BY}
              filterKey={`${search.where ?? ""}${search.person ?? ""}${place.facilityId ?? place.organisationId ?? ""}`}
              count={(count) => t("document.count", { count })}
              rowActions={(document) => [
                { label: t("document.open"), icon: IconExternalLink, run: () => file.open(document) },
                { label: t("action.saveFile"), icon: IconDownload, run: () => file.save(document) },
              ]}
              empty={
                <EmptyState icon={IconFileInvoice} title={t("document.emptyTitle")}>
                  {t("document.emptyWords")}
                </EmptyState>
              }
              noResults={
                (conditions.conditions.length > 0 || search.person !== undefined) && (
                  <NoResults
                    icon={IconFileInvoice}
                    title={t("document.noResults")}
                    onClear={() => onSearch({})}
                  />
                )
              }
            />
            <ListSums
              label={t("document.sums")}
              sums={sums.map(({ count, net, vat, payable }) => ({
                currency: payable.currency,
                parts: [
                  [t("document.counted", { count })],
                  [t("document.net"), format.money(net.minor, net.currency)],
                  [t("document.vat"), format.money(vat.minor, vat.currency)],
                  [t("document.payable"), format.money(payable.minor, payable.currency)],
                ],
              }))}
            />
          </>
        }
        detail={search.open && <DocumentPanel key={search.open} id={search.open} onClose={close} />}
      />
    </>
  );
}

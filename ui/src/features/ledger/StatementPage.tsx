import { Alert, Button } from "@mantine/core";
import { IconFileTypePdf, IconScale } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { fetchFile } from "../../api/client";
import { api, usePages } from "../../api/query";
import type { Page, Statement, StatementEntry } from "../../api/views";
import { useText } from "../../i18n/text";
import { AcceptedTerms } from "../../parts/AcceptedTerms";
import { useAccountWords } from "../../parts/accountWords";
import { DayInput } from "../../parts/DayInput";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice, showProblem } from "../../parts/ErrorNotice";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { PageHeader } from "../../parts/PageHeader";
import { PayOut } from "../../parts/payout/PayOut";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { useHost } from "../../shell/Providers";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import classes from "./StatementPage.module.css";
import { TransferPanel } from "./TransferPanel";

export interface StatementSearch {
  from?: string;
  to?: string;
  /** The transfer in the panel. */
  open?: string;
}

/** The statement of one account: what was there, what was moved, and what is left (PRE-18). */
export function StatementPage({
  id,
  search,
  onSearch,
}: {
  id: string;
  search: StatementSearch;
  onSearch: (search: StatementSearch) => void;
}) {
  const text = useText();
  const { t, format } = text;
  const me = useMe();
  const host = useHost();
  const addressOf = useAddress();
  const words = useAccountWords();
  const [drawing, setDrawing] = useState(false);
  const period = { from: search.from, to: search.to };
  const at = (open: string | undefined) => ({ ...search, open });
  const pages = usePages<StatementEntry>("/accounts/{id}/statement", period, { path: { id } });
  const list = useListedPages<StatementEntry>(pages);
  const first = pages.query.data?.pages[0] as (Page<StatementEntry> & Statement) | undefined;
  if (pages.query.error && !first) return <ErrorNotice error={pages.query.error} />;
  const asset = first?.account.asset ?? "SEK";
  const amount = (smallest: number) => words.amount(smallest, asset);
  const side = (smallest: number) => (smallest === 0 ? "" : amount(smallest));
  const openPdf = async () => {
    setDrawing(true);
    try {
      const { name, blob } = await fetchFile(`/accounts/${id}/statement/file?${queryOf(period)}`);
      await host.openFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    } finally {
      setDrawing(false);
    }
  };
  const columns: Column<StatementEntry>[] = [
    {
      id: "date",
      title: t("statement.day"),
      width: 120,
      exported: ["date"],
      text: ({ valueOn }) => format.date(valueOn),
    },
    {
      id: "code",
      title: t("statement.what"),
      width: 150,
      exported: ["code"],
      text: ({ code, bookedOn, ranOut }) =>
        [
          t(`transfer.code.${code}`),
          ranOut != null && t("statement.ranOut", { amount: amount(ranOut) }),
          bookedOn && t("statement.bookedOn", { day: format.date(bookedOn) }),
        ]
          .filter(Boolean)
          .join(" · "),
    },
    {
      id: "document",
      title: t("statement.document"),
      width: 130,
      exported: ["document"],
      text: ({ documentNumber }) => documentNumber ?? "",
      show: ({ documentId, documentNumber }) =>
        documentId && (
          <Link to="/documents" search={{ open: documentId } as never}>
            {documentNumber}
          </Link>
        ),
    },
    {
      id: "other",
      title: t("statement.other"),
      width: 260,
      exported: ["other"],
      text: ({ other }) => (other ? words.name(other) : ""),
    },
    {
      id: "debit",
      title: t("statement.debit"),
      width: 130,
      align: "end",
      exported: ["debit"],
      text: ({ debit }) => side(debit),
    },
    {
      id: "credit",
      title: t("statement.credit"),
      width: 130,
      align: "end",
      exported: ["credit"],
      text: ({ credit }) => side(credit),
    },
    {
      id: "balance",
      title: t("account.balance"),
      width: 140,
      align: "end",
      exported: ["balance", "currency"],
      text: ({ balance }) => amount(balance),
    },
  ];
  return (
    <>
      <PageHeader
        title={first ? words.name(first.account) : t("statement.title")}
        subtitle={t("statement.title")}
        actions={
          <>
            <ExportMenu
              table="statement"
              columns={columns}
              address={(query) => `/exports/statements/${id}?${queryOf({ ...period, ...query })}`}
            />
            {can(me, "export") && (
              <Button
                variant="default"
                leftSection={<IconFileTypePdf size={16} />}
                loading={drawing}
                onClick={() => void openPdf()}
              >
                {t("statement.pdf")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar>
        <DayInput
          label={t("statement.from")}
          value={search.from ?? null}
          maxDate={search.to}
          clearable
          onChange={(from) => onSearch({ ...search, from: from ?? undefined })}
        />
        <DayInput
          label={t("statement.to")}
          value={search.to ?? null}
          minDate={search.from}
          clearable
          onChange={(to) => onSearch({ ...search, to: to ?? undefined })}
        />
      </FilterBar>
      {first && (
        <section aria-label={t("statement.sums")}>
          <dl className={classes.sums}>
            <div>
              <dt>{t("statement.opening")}</dt>
              <dd>{amount(first.opening)}</dd>
            </div>
            <div>
              <dt>{t("statement.debit")}</dt>
              <dd>{amount(first.debits)}</dd>
            </div>
            <div>
              <dt>{t("statement.credit")}</dt>
              <dd>{amount(first.credits)}</dd>
            </div>
            <div data-last>
              <dt>{t("statement.closing")}</dt>
              <dd>{amount(first.closing)}</dd>
            </div>
          </dl>
        </section>
      )}
      {first && first.account.held !== 0 && (
        <Alert color="blue">{t("statement.held", { amount: amount(first.account.held) })}</Alert>
      )}
      {first?.account.companyId && (
        <PayOut of={{ companyId: first.account.companyId }} organisationId={first.account.organisationId} />
      )}
      {first?.account.personId && <Accepted person={first.account.personId} />}
      <Split
        list={
          <DataTable
            name="statement"
            label={t("statement.title")}
            columns={columns}
            list={{ ...list, total: first?.count ?? list.total, exact: true }}
            rowId={({ id: transfer }) => transfer}
            openId={search.open}
            onOpen={({ id: transfer }) => onSearch(at(transfer))}
            address={({ id: transfer }) =>
              addressOf({
                to: "/accounts/$accountId",
                params: { accountId: id },
                search: at(transfer) as never,
              })
            }
            filterKey={`${search.from ?? ""}${search.to ?? ""}`}
            count={(count) => t("statement.count", { count })}
            empty={
              <EmptyState icon={IconScale} title={t("statement.emptyTitle")}>
                {t("statement.emptyWords")}
              </EmptyState>
            }
          />
        }
        detail={
          search.open && (
            <TransferPanel key={search.open} id={search.open} onClose={() => onSearch(at(undefined))} />
          )
        }
      />
    </>
  );
}

/** What whoever has the account has accepted by paying. */
function Accepted({ person }: { person: string }) {
  const { t } = useText();
  const accepted = api.useQuery("get", "/persons/{id}/accepted-terms", { params: { path: { id: person } } });
  const items = accepted.data?.items ?? [];
  return (
    items.length > 0 && (
      <details className={classes.accepted}>
        <summary>{t("terms.acceptedCount", { count: items.length })}</summary>
        <AcceptedTerms items={items} />
      </details>
    )
  );
}

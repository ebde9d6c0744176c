import { Button } from "@mantine/core";
import {
  IconBuildingBank,
  IconFileExport,
  IconFileImport,
  IconFiles,
  IconTransferOut,
} from "@tabler/icons-react";
import { useRef, useState } from "react";
import { usePages } from "../../api/query";
import type { Payout } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { PayoutBadge } from "../../parts/payout/PayoutBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { MakeFileDialog } from "./MakeFileDialog";
import { PayoutFilesDialog } from "./PayoutFilesDialog";
import { PayoutPanel } from "./PayoutPanel";
import { PayoutSenderForm } from "./PayoutSenderForm";
import { TakeStatusesDialog } from "./TakeStatusesDialog";
import { usePayoutFields } from "./usePayoutFields";

export interface PayoutsSearch {
  where?: string;
  sort?: string;
  open?: string;
}

type Layer = "make" | "take" | "files" | "bank" | undefined;

const PAGED_BY: PagedBy = { column: "askedAt", descending: true, reversible: false };

/** The queue of payouts: who asked, who decided, where each of them stands, and the files to and from the bank. */
export function PayoutsPage({
  search,
  onSearch,
}: {
  search: PayoutsSearch;
  onSearch: (search: PayoutsSearch) => void;
}) {
  const { t, format } = useText();
  const me = useMe();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation } = useFacilityChoice();
  const [layer, setLayer] = useState<Layer>();
  const fields = usePayoutFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const filter = { organisationId: organisation?.id, ...conditions.query };
  const pages = usePages<Payout>("/payouts", filter, { enabled: organisation !== undefined });
  const list = useListedPages<Payout>(pages);
  const sends = can(me, "take_payment");
  const done = () => setLayer(undefined);
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<Payout>[] = [
    {
      id: "askedAt",
      title: t("payout.askedAt"),
      width: 160,
      text: ({ askedAt }) => format.dateTime(askedAt),
      sortBy: ({ askedAt }) => askedAt,
    },
    {
      id: "name",
      title: t("payout.recipient"),
      width: 190,
      text: ({ name }) => name,
      show: ({ name }) => <strong style={{ fontWeight: 600 }}>{name}</strong>,
    },
    {
      id: "amount",
      title: t("payout.amount"),
      width: 130,
      align: "end",
      text: ({ amount }) => format.money(amount.minor, amount.currency),
      sortBy: ({ amount }) => amount.minor,
    },
    {
      id: "state",
      title: t("payout.state"),
      width: 210,
      text: ({ state }) => t(`payoutState.${state}`),
      show: ({ state }) => <PayoutBadge state={state} />,
    },
    {
      id: "account",
      title: t("payout.account"),
      width: 190,
      text: ({ account }) => account ?? t("payout.counter"),
    },
    { id: "askedBy", title: t("payout.askedBy"), width: 160, text: ({ askedBy }) => askedBy ?? "" },
    { id: "decidedBy", title: t("payout.decidedBy"), width: 160, text: ({ decidedBy }) => decidedBy ?? "" },
    {
      id: "movedAt",
      title: t("payout.movedAt"),
      width: 160,
      text: ({ movedAt }) => format.dateTime(movedAt),
    },
    { id: "reason", title: t("payout.reason"), width: 240, text: ({ reason }) => reason },
  ];
  return (
    <>
      <PageHeader
        title={t("room.payouts")}
        subtitle={t("payout.words")}
        actions={
          organisation && (
            <>
              {can(me, "change_organisation") && (
                <Button
                  variant="default"
                  leftSection={<IconBuildingBank size={16} />}
                  onClick={() => setLayer("bank")}
                >
                  {t("payoutSender.open")}
                </Button>
              )}
              <Button
                variant="default"
                leftSection={<IconFiles size={16} />}
                onClick={() => setLayer("files")}
              >
                {t("payoutFile.files")}
              </Button>
              {sends && (
                <>
                  <Button
                    variant="default"
                    leftSection={<IconFileImport size={16} />}
                    onClick={() => setLayer("take")}
                  >
                    {t("payoutStatus.take")}
                  </Button>
                  <Button leftSection={<IconFileExport size={16} />} onClick={() => setLayer("make")}>
                    {t("payoutFile.make")}
                  </Button>
                </>
              )}
            </>
          )
        }
      />
      <FilterBar>
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="payouts"
            label={t("room.payouts")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={({ id }) => onSearch({ ...search, open: id })}
            address={({ id }) => addressOf({ to: "/payouts", search: { ...search, open: id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={`${search.where ?? ""}${organisation?.id ?? ""}`}
            count={(count) => t("payout.count", { count })}
            empty={
              <EmptyState icon={IconTransferOut} title={t("payout.emptyTitle")}>
                {t("payout.emptyWords")}
              </EmptyState>
            }
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults
                  icon={IconTransferOut}
                  title={t("payout.noResults")}
                  onClear={() => onSearch({})}
                />
              )
            }
          />
        }
        detail={search.open && <PayoutPanel key={search.open} id={search.open} onClose={close} />}
      />
      {organisation && layer === "make" && <MakeFileDialog organisation={organisation} onClose={done} />}
      {organisation && layer === "take" && <TakeStatusesDialog organisation={organisation} onClose={done} />}
      {organisation && layer === "files" && <PayoutFilesDialog organisation={organisation} onClose={done} />}
      {organisation && layer === "bank" && <PayoutSenderForm organisation={organisation} onClose={done} />}
    </>
  );
}

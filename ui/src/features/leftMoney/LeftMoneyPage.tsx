import { Alert, Button, Select, Table } from "@mantine/core";
import { IconPigMoney, IconTransferOut } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { LeftMoney } from "../../api/views";
import { useText } from "../../i18n/text";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { AskPayoutDialog, type PayoutOf } from "../../parts/payout/AskPayoutDialog";
import { Scroll } from "../../parts/Scroll";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";

export interface LeftMoneySearch {
  show?: string;
}

const TONES: Record<LeftMoney["age"], Tone> = {
  fresh: "mute",
  three_months: "calm",
  half_year: "warn",
  year: "warn",
  two_years: "bad",
};

const SHOWN = ["everybody", "moved_out", "dormant"] as const;

const ofRow = ({ personId, companyId, incomingPaymentId }: LeftMoney): PayoutOf => {
  if (personId) return { personId };
  return companyId ? { companyId } : { incomingPaymentId: incomingPaymentId ?? undefined };
};

/** Money that is left of people who have moved out, and of everybody whose account nothing has touched for long. */
export function LeftMoneyPage({
  search,
  onSearch,
}: {
  search: LeftMoneySearch;
  onSearch: (search: LeftMoneySearch) => void;
}) {
  const { t, format } = useText();
  const me = useMe();
  const { organisation } = useFacilityChoice();
  const [asking, setAsking] = useState<PayoutOf>();
  const shown = SHOWN.find((it) => it === search.show) ?? "everybody";
  const of = { organisationId: organisation?.id ?? "", of: shown };
  const left = api.useQuery(
    "get",
    "/left-money",
    { params: { query: of } },
    { enabled: organisation !== undefined },
  );
  const money = (it: LeftMoney["amount"]) => format.money(it.minor, it.currency);
  return (
    <>
      <PageHeader
        title={t("room.leftMoney")}
        subtitle={t("leftMoney.words")}
        actions={
          organisation && (
            <ExportMenu
              table="left-money"
              address={(wanted) => `/exports/left-money?${queryOf({ ...of, ...wanted })}`}
            />
          )
        }
      />
      <Select
        label={t("leftMoney.show")}
        w={280}
        mb="md"
        allowDeselect={false}
        data={SHOWN.map((value) => ({ value, label: t(`leftMoney.show.${value}`) }))}
        value={shown}
        onChange={(value) => onSearch({ show: value && value !== "everybody" ? value : undefined })}
      />
      {organisation && (
        <Loaded query={left}>
          {({ items: rows, count }) => {
            if (rows.length === 0 && shown !== "everybody") {
              return <EmptyState icon={IconPigMoney} title={t("people.noResultsTitle")} />;
            }
            if (rows.length === 0) {
              return (
                <EmptyState icon={IconPigMoney} title={t("leftMoney.emptyTitle")}>
                  {t("leftMoney.emptyWords")}
                </EmptyState>
              );
            }
            return (
              <>
                {count > rows.length && (
                  <Alert color="blue" mb="md">
                    {t("leftMoney.more", { shown: rows.length, count })}
                  </Alert>
                )}
                <Scroll label={t("room.leftMoney")}>
                  <Table aria-label={t("room.leftMoney")}>
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>{t("leftMoney.name")}</Table.Th>
                        <Table.Th ta="end">{t("leftMoney.amount")}</Table.Th>
                        <Table.Th ta="end">{t("leftMoney.held")}</Table.Th>
                        <Table.Th>{t("leftMoney.movedOn")}</Table.Th>
                        <Table.Th>{t("leftMoney.age")}</Table.Th>
                        <Table.Th>{t("leftMoney.movedOutOn")}</Table.Th>
                        <Table.Th>{t("leftMoney.act")}</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {rows.map((row) => (
                        <Table.Tr key={row.personId ?? row.companyId ?? row.incomingPaymentId}>
                          <Table.Td>
                            <Whose row={row} />
                          </Table.Td>
                          <Table.Td ta="end">{money(row.amount)}</Table.Td>
                          <Table.Td ta="end">{row.held.minor > 0 ? money(row.held) : "–"}</Table.Td>
                          <Table.Td>{format.date(row.movedOn)}</Table.Td>
                          <Table.Td>
                            <StateBadge tone={TONES[row.age]}>{t(`leftMoney.age.${row.age}`)}</StateBadge>
                          </Table.Td>
                          <Table.Td>{row.movedOutOn ? format.date(row.movedOutOn) : "–"}</Table.Td>
                          <Table.Td>
                            {can(me, "ask_payout") && row.amount.minor > row.held.minor ? (
                              <Button
                                size="compact-sm"
                                variant="default"
                                leftSection={<IconTransferOut size={14} />}
                                onClick={() => setAsking(ofRow(row))}
                              >
                                {t("leftMoney.payOut")}
                              </Button>
                            ) : (
                              "–"
                            )}
                          </Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </Scroll>
              </>
            );
          }}
        </Loaded>
      )}
      {asking && <AskPayoutDialog of={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

/** Whose money it is: somebody, a company, or whoever has paid what nobody could place. */
function Whose({ row }: { row: LeftMoney }) {
  const { t } = useText();
  const name = row.name ?? t("incoming.nobody");
  if (row.accountId) {
    return (
      <Link to="/accounts/$accountId" params={{ accountId: row.accountId }}>
        {name}
      </Link>
    );
  }
  if (row.personId) {
    return (
      <Link to="/people" search={{ open: row.personId }}>
        {name}
      </Link>
    );
  }
  return (
    <Link to="/incoming-payments" search={{ open: row.incomingPaymentId ?? undefined }}>
      {t("leftMoney.unplaced", { name })}
    </Link>
  );
}

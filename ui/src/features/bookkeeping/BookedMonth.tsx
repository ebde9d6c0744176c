import { Alert, Button, Group, Select, Table } from "@mantine/core";
import { IconBook2, IconFileDownload, IconInfoCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { fetchFile } from "../../api/client";
import { api, invalidate } from "../../api/query";
import type { BookedMonth as Booked, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { showProblem } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { writeConditions } from "../../parts/filter/conditions";
import { Loaded } from "../../parts/Loaded";
import { Scroll } from "../../parts/Scroll";
import { useMonthName } from "../../parts/useMonthName";
import { useHost } from "../../shell/Providers";
import classes from "./Bookkeeping.module.css";

type Currency = Booked["currency"];
const TABLES = ["nordic", "international", "xlsx"] as const;

/** What a month did, account by account, and the files of its vouchers. */
export function BookedMonth({ organisation, month }: { organisation: Organisation; month: string }) {
  const { t } = useText();
  const monthName = useMonthName();
  const [currency, setCurrency] = useState<Currency>();
  const query = api.useQuery("get", "/bookkeeping", {
    params: { query: { organisationId: organisation.id, month, ...(currency && { currency }) } },
  });
  const title = t("bookkeeping.booked", { month: monthName(month) });
  return (
    <Card title={title}>
      <Loaded query={query}>
        {(booked) => (
          <>
            {booked.currencies.length > 1 && (
              <Select
                label={t("bookkeeping.currency")}
                allowDeselect={false}
                maw={160}
                mb="sm"
                data={booked.currencies}
                value={booked.currency}
                onChange={(next) => next && setCurrency(next as Currency)}
              />
            )}
            {booked.vouchers === 0 ? (
              <EmptyState icon={IconBook2} title={t("bookkeeping.emptyTitle")}>
                {t("bookkeeping.emptyWords")}
              </EmptyState>
            ) : (
              <>
                <Turnovers organisation={organisation} booked={booked} label={title} />
                <Files organisation={organisation} month={month} booked={booked} />
              </>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Turnovers({
  organisation,
  booked,
  label,
}: {
  organisation: Organisation;
  booked: Booked;
  label: string;
}) {
  const { t, format } = useText();
  const chart = api.useQuery("get", "/bookkeeping/chart-accounts", {
    params: { query: { organisationId: organisation.id } },
  }).data;
  // The accounts of the ledger behind one of the chart, where they are all of one kind.
  const behind = (number: string) => {
    const kinds = new Set(chart?.items.filter((each) => each.number === number).map(({ kind }) => kind));
    const [kind] = kinds;
    return kind && kinds.size === 1
      ? writeConditions([{ field: "kind", operator: "is", value: kind }])
      : undefined;
  };
  const amount = ({ minor, currency }: Booked["accounts"][number]["debit"]) =>
    minor === 0 ? "" : format.money(minor, currency);
  const sum = (side: "debit" | "credit") =>
    format.money(
      booked.accounts.reduce((total, each) => total + each[side].minor, 0),
      booked.currency,
    );
  return (
    <Scroll label={label}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("bookkeeping.column.account")}</Table.Th>
            <Table.Th>{t("bookkeeping.column.accountName")}</Table.Th>
            <Table.Th className={classes.figure}>{t("bookkeeping.column.debit")}</Table.Th>
            <Table.Th className={classes.figure}>{t("bookkeeping.column.credit")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {booked.accounts.map((each) => (
            <Table.Tr key={each.number}>
              <Table.Th scope="row" className={classes.number}>
                {each.number}
              </Table.Th>
              <Table.Td>
                <Link to="/accounts" search={{ where: behind(each.number) }}>
                  {each.name}
                </Link>
              </Table.Td>
              <Table.Td className={classes.figure}>{amount(each.debit)}</Table.Td>
              <Table.Td className={classes.figure}>{amount(each.credit)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row" colSpan={2}>
              {t("bookkeeping.sum")}
            </Table.Th>
            <Table.Td className={classes.figure}>
              <strong>{sum("debit")}</strong>
            </Table.Td>
            <Table.Td className={classes.figure}>
              <strong>{sum("credit")}</strong>
            </Table.Td>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Scroll>
  );
}

function Files({
  organisation,
  month,
  booked,
}: {
  organisation: Organisation;
  month: string;
  booked: Booked;
}) {
  const text = useText();
  const { t } = text;
  const host = useHost();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string>();
  const save = async (form: string) => {
    setBusy(form);
    try {
      const query = queryOf({ organisationId: organisation.id, month, currency: booked.currency, form });
      const { name, blob } = await fetchFile(`/bookkeeping/file?${query}`);
      await host.saveFile(name, blob);
      await invalidate(queries, ["bookkeeping"]);
    } catch (error) {
      showProblem(error, text);
    } finally {
      setBusy(undefined);
    }
  };
  const button = (form: string, label: string, variant: "filled" | "default") => (
    <Button
      key={form}
      variant={variant}
      leftSection={<IconFileDownload size={16} />}
      loading={busy === form}
      disabled={busy !== undefined && busy !== form}
      onClick={() => void save(form)}
    >
      {label}
    </Button>
  );
  return (
    <>
      <Alert color="gray" icon={<IconInfoCircle />} my="md">
        {t("bookkeeping.count", { count: booked.vouchers })} {t("bookkeeping.fresh", { count: booked.fresh })}
        {booked.late > 0 && ` ${t("bookkeeping.late", { count: booked.late })}`}
      </Alert>
      <Group gap="sm">
        {organisation.country === "SE"
          ? button("sie", t("bookkeeping.sie"), "filled")
          : button("saft", t("bookkeeping.saft"), "filled")}
        {TABLES.map((form) => button(form, t(`export.${form}`), "default"))}
      </Group>
    </>
  );
}

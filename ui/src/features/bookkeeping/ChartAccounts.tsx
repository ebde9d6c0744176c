import { Button, Table } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChartAccount, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Loaded } from "../../parts/Loaded";
import { Scroll } from "../../parts/Scroll";
import { useVatWords } from "../../parts/useVatWords";
import classes from "./Bookkeeping.module.css";
import { ChartAccountForm } from "./ChartAccountForm";

/** Which account of the accountant's chart stands for what. */
export function ChartAccounts({ organisation }: { organisation: Organisation }) {
  const { t } = useText();
  const standsFor = useStandsFor();
  const [open, setOpen] = useState<ChartAccount>();
  const query = api.useQuery("get", "/bookkeeping/chart-accounts", {
    params: { query: { organisationId: organisation.id } },
  });
  return (
    <Card title={t("bookkeeping.accounts")}>
      <p className={classes.words}>
        {t(organisation.country === "SE" ? "bookkeeping.chartBas" : "bookkeeping.chartNs")}
      </p>
      <Loaded query={query}>
        {({ items }) => (
          <Scroll label={t("bookkeeping.accounts")}>
            <Table verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("bookkeeping.standsFor")}</Table.Th>
                  <Table.Th>{t("bookkeeping.column.account")}</Table.Th>
                  <Table.Th>{t("bookkeeping.column.accountName")}</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((each) => (
                  <Table.Tr key={`${each.kind} ${each.component} ${each.vat}`}>
                    <Table.Th scope="row">{standsFor(each)}</Table.Th>
                    <Table.Td className={classes.number}>{each.number}</Table.Td>
                    <Table.Td>
                      {each.name}
                      {each.rowVersion > 0 && (
                        <span className={classes.soft}>
                          {t("bookkeeping.insteadOf", {
                            account: `${each.standardNumber} ${each.standardName}`,
                          })}
                        </span>
                      )}
                    </Table.Td>
                    <Table.Td className={classes.figure}>
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        leftSection={<IconPencil size={14} />}
                        aria-label={t("bookkeeping.changeOf", { what: standsFor(each) })}
                        onClick={() => setOpen(each)}
                      >
                        {t("bookkeeping.change")}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scroll>
        )}
      </Loaded>
      {open && (
        <ChartAccountForm
          organisation={organisation}
          account={open}
          what={standsFor(open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Card>
  );
}

/** What accounts of ours are for, in words. */
function useStandsFor(): (account: ChartAccount) => string {
  const { t } = useText();
  const vatWords = useVatWords();
  return ({ kind, component, vat }) =>
    [
      t(`account.kind.${kind}`),
      component && t(`tariff.kind.${component}`),
      vat && (kind === "revenue" ? t("bookkeeping.withVat", { vat: vatWords(vat) }) : vatWords(vat)),
    ]
      .filter(Boolean)
      .join(" · ");
}

import { Button } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { usePages } from "../../api/query";
import type { Account } from "../../api/views";
import { useText } from "../../i18n/text";
import { ACCOUNT_KINDS, useAccountWords } from "../../parts/accountWords";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import type { Field } from "../../parts/filter/field";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { PersonName } from "../../parts/PersonName";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";

export interface AccountsSearch {
  where?: string;
  sort?: string;
  person?: string;
}

/** The accounts of the ledger with what is on them; each leads to its statement. */
export function AccountsPage({
  search,
  onSearch,
}: {
  search: AccountsSearch;
  onSearch: (search: AccountsSearch) => void;
}) {
  const { t } = useText();
  const navigate = useNavigate();
  const addressOf = useAddress();
  const words = useAccountWords();
  const { filter: place, facilities } = useFacilityChoice();
  const fields = useAccountFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ ...search, where }));
  // Whoever asks for a person means all that they owe, wherever that is.
  const filter = { ...(search.person ? {} : place), ...conditions.query, personId: search.person };
  const list = useListedPages<Account>(usePages<Account>("/accounts", filter));
  const facilityName = (account: Account) =>
    facilities.find(({ id }) => id === account.facilityId)?.name ?? "";
  const columns: Column<Account>[] = [
    {
      id: "kind",
      title: t("account.kind"),
      width: 190,
      text: ({ kind }) => t(`account.kind.${kind}`),
      show: ({ kind }) => <strong style={{ fontWeight: 600 }}>{t(`account.kind.${kind}`)}</strong>,
    },
    { id: "holder", title: t("account.holder"), width: 220, text: words.holder },
    { id: "part", title: t("account.part"), width: 200, text: words.part },
    { id: "facility", title: t("account.facility"), width: 170, text: facilityName },
    {
      id: "balance",
      title: t("account.balance"),
      width: 150,
      align: "end",
      text: ({ balance, asset }) => words.amount(balance, asset),
      sortBy: ({ balance }) => balance,
    },
    {
      id: "held",
      title: t("account.held"),
      width: 130,
      align: "end",
      text: ({ held, asset }) => (held === 0 ? "" : words.amount(held, asset)),
      sortBy: ({ held }) => held,
    },
  ];
  const to = (account: Account) => ({
    to: "/accounts/$accountId" as const,
    params: { accountId: account.id },
  });
  return (
    <>
      <PageHeader title={t("room.accounts")} subtitle={t("account.words")} />
      <FilterBar>
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
        {search.person && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSearch({ ...search, person: undefined })}
          >
            <PersonName id={search.person} />
            <span aria-hidden="true">&nbsp;·&nbsp;</span>
            {t("document.everybody")}
          </Button>
        )}
      </FilterBar>
      <DataTable
        name="accounts"
        label={t("room.accounts")}
        columns={columns}
        list={list}
        rowId={({ id }) => id}
        onOpen={(account) => void navigate(to(account))}
        address={(account) => addressOf(to(account))}
        sort={search.sort}
        onSort={(sort) => onSearch({ ...search, sort })}
        filterKey={`${search.where ?? ""}${search.person ?? ""}${place.facilityId ?? place.organisationId ?? ""}`}
        count={(count) => t("account.count", { count })}
        empty={
          <EmptyState icon={IconScale} title={t("account.emptyTitle")}>
            {t("account.emptyWords")}
          </EmptyState>
        }
        noResults={
          (conditions.conditions.length > 0 || search.person !== undefined) && (
            <NoResults icon={IconScale} title={t("account.noResults")} onClear={() => onSearch({})} />
          )
        }
      />
    </>
  );
}

function useAccountFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "kind",
        label: t("account.kind"),
        kind: "choice",
        options: ACCOUNT_KINDS.map((value) => ({ value, label: t(`account.kind.${value}`) })),
        query: (kind) => ({ kind }),
      },
      {
        id: "unsettled",
        label: t("account.balance"),
        kind: "choice",
        options: [{ value: "true", label: t("account.unsettled") }],
        query: (unsettled) => ({ unsettled }),
      },
    ],
    [t],
  );
}

import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconBan, IconCircleCheck, IconEdit, IconNfc, IconPlus, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { usePages } from "../../api/query";
import type { Tag } from "../../api/views";
import { useText } from "../../i18n/text";
import { EmptyState } from "../../parts/EmptyState";
import { showProblem } from "../../parts/ErrorNotice";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { TagBadge } from "../../parts/tag/TagBadge";
import { TagForm } from "../../parts/tag/TagForm";
import { useTagActs } from "../../parts/tag/useTagActs";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";

export interface TagsSearch {
  q?: string;
  sort?: string;
  open?: string;
  create?: string;
}

/** The tags of an organisation: what each reads, whose it is, and whether it is taken. */
export function TagsPage({
  search,
  onSearch,
}: {
  search: TagsSearch;
  onSearch: (search: TagsSearch) => void;
}) {
  const text = useText();
  const { t } = text;
  const now = useNow();
  const me = useMe();
  const navigate = useNavigate();
  const table = useRef<DataTableHandle>(null);
  const acts = useTagActs();
  const { organisation } = useFacilityChoice();
  const manages = can(me, "manage_tag");
  const filter = { organisationId: organisation?.id, q: search.q };
  const list = useListedPages<Tag>(usePages<Tag>("/tags", filter, { enabled: organisation !== undefined }));
  const create = () => onSearch({ ...search, create: "1" });
  useHotkeys([["mod+N", () => manages && create()]]);
  const close = () => {
    const { open: _, create: __, ...rest } = search;
    onSearch(rest);
  };
  const columns: Column<Tag>[] = [
    {
      id: "idTag",
      title: t("tag.idTag"),
      width: 210,
      exported: ["idTag"],
      text: ({ idTag }) => idTag,
      show: ({ idTag }) => <strong style={{ fontWeight: 600 }}>{idTag}</strong>,
    },
    {
      id: "person",
      title: t("tag.person"),
      width: 220,
      exported: ["personName"],
      text: ({ personName }) => personName ?? "",
    },
    {
      id: "label",
      title: t("tag.label"),
      width: 180,
      exported: ["label"],
      text: ({ label }) => label ?? "",
    },
    {
      id: "state",
      title: t("tag.state"),
      width: 240,
      exported: ["blocked", "expiresOn"],
      text: ({ blockedAt, expiresOn }) => (blockedAt ? t("tag.blocked") : (expiresOn ?? "")),
      show: (tag) => <TagBadge tag={tag} now={now} />,
    },
  ];
  const opened = list.rows.find(({ id }) => id === search.open);
  return (
    <>
      <PageHeader
        title={t("room.tags")}
        subtitle={organisation?.name}
        actions={
          <>
            {organisation && (
              <ExportMenu
                table="tags"
                columns={columns}
                address={(query) => `/exports/tags?${queryOf({ ...filter, ...query })}`}
              />
            )}
            {manages && (
              <Button
                leftSection={<IconPlus size={16} />}
                disabled={!organisation}
                onClick={create}
                title="Ctrl+N"
              >
                {t("tag.new")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar
        search={search.q}
        onSearch={(q) => onSearch({ ...search, q: q || undefined } as TagsSearch)}
        searchLabel={t("tag.search")}
        onLeaveSearch={() => table.current?.focus()}
      />
      <DataTable
        handle={table}
        name="tags"
        label={t("room.tags")}
        columns={columns}
        list={list}
        rowId={({ id }) => id}
        openId={search.open}
        onOpen={(tag) => manages && onSearch({ ...search, open: tag.id })}
        sort={search.sort}
        onSort={(sort) => onSearch({ ...search, sort } as TagsSearch)}
        pagedBy={{ column: "idTag", words: t("tag.idTag"), descending: false, reversible: false }}
        filterKey={JSON.stringify(filter)}
        count={(count) => t("tag.count", { count })}
        rowActions={(tag) => [
          ...(manages
            ? [
                {
                  label: t("action.edit"),
                  icon: IconEdit,
                  run: () => onSearch({ ...search, open: tag.id }),
                },
                {
                  label: tag.blockedAt ? t("tag.unblock") : t("tag.block"),
                  icon: tag.blockedAt ? IconCircleCheck : IconBan,
                  run: () => {
                    acts.block(tag, !tag.blockedAt).catch((error) => showProblem(error, text));
                  },
                },
              ]
            : []),
          ...(tag.personId
            ? [
                {
                  label: t("unit.openTenant", { name: tag.personName ?? "" }),
                  run: () => void navigate({ to: "/people", search: { open: tag.personId ?? undefined } }),
                },
              ]
            : []),
          ...(manages ? [{ label: t("action.remove"), icon: IconTrash, run: () => acts.remove(tag) }] : []),
        ]}
        empty={
          <EmptyState
            icon={IconNfc}
            title={t("tag.emptyTitle")}
            action={manages && <Button onClick={create}>{t("tag.new")}</Button>}
          >
            {t("tag.emptyWords")}
          </EmptyState>
        }
        noResults={
          search.q && <NoResults icon={IconNfc} title={t("tag.noResults")} onClear={() => onSearch({})} />
        }
      />
      {organisation && (
        <>
          <TagForm organisationId={organisation.id} opened={search.create !== undefined} onClose={close} />
          {opened && manages && (
            <TagForm key={opened.id} organisationId={organisation.id} tag={opened} opened onClose={close} />
          )}
        </>
      )}
      {acts.dialog}
    </>
  );
}

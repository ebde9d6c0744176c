import { ActionIcon, Button, Checkbox, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled, IconChevronDown, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { SavedView } from "../../api/views";
import { useText } from "../../i18n/text";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useMe } from "../../shell/session";
import { same } from "../changes";
import { showProblem } from "../ErrorNotice";
import { MenuGroup } from "../MenuGroup";

/** Filters kept under a name: one's own, and those that somebody shares with everybody of the organisation. */
export function SavedViews({
  room,
  query,
  onOpen,
}: {
  room: string;
  query: Record<string, unknown>;
  onOpen: (query: Record<string, unknown>) => void;
}) {
  const text = useText();
  const { t } = text;
  const views = api.useQuery("get", "/views", {});
  const create = api.useMutation("post", "/views");
  const remove = api.useMutation("delete", "/views/{id}");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const { organisation, organisations } = useFacilityChoice();
  const mayShare = useMayShare(organisation?.id);
  const here = (views.data?.items ?? []).filter((view) => view.room === room);
  const mine = here.filter((view) => !view.organisationId);
  const groups = organisations
    .map(({ id, name: called }) => ({ id, called, views: here.filter((view) => view.organisationId === id) }))
    .filter((group) => group.views.length > 0);
  const open = here.find((view) => same(plain(view.query), plain(query)));
  const isPlain = Object.keys(plain(query)).length === 0;

  const keep = async () => {
    if (!name.trim()) return;
    try {
      await create.mutateAsync({
        headers: idempotent(crypto.randomUUID()),
        body: {
          room,
          name: name.trim(),
          query: plain(query) as Record<string, never>,
          ...(shared && mayShare && organisation ? { organisationId: organisation.id } : {}),
        },
      });
      setName("");
      setShared(false);
    } catch (error) {
      showProblem(error, text);
    }
  };
  const item = (view: SavedView) => (
    <Menu.Item
      key={view.id}
      component="div"
      onClick={() => onOpen(view.query)}
      rightSection={
        view.removable && (
          <ActionIcon
            component="button"
            size={24}
            aria-label={t("views.delete", { name: view.name })}
            onClick={(event: React.MouseEvent) => {
              event.stopPropagation();
              remove.mutate(
                { params: { path: { id: view.id } } },
                { onError: (error) => showProblem(error, text) },
              );
            }}
          >
            <IconTrash size={14} />
          </ActionIcon>
        )
      }
    >
      {view.name}
      {view.sharedBy && (
        <span style={{ display: "block", fontSize: 12, color: "var(--ink-soft)" }}>
          {t("views.sharedBy", { name: view.sharedBy })}
        </span>
      )}
    </Menu.Item>
  );
  return (
    <Menu closeOnItemClick={false} width={300} position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-md"
          fz="sm"
          variant="subtle"
          color="gray"
          leftSection={open ? <IconBookmarkFilled size={15} /> : <IconBookmark size={15} />}
          rightSection={<IconChevronDown size={14} />}
        >
          {open?.name ?? t("views.title")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {here.length === 0 && <Menu.Label>{t("views.none")}</Menu.Label>}
        {groups.length > 0 && mine.length > 0 ? (
          <MenuGroup label={t("views.mine")}>{mine.map(item)}</MenuGroup>
        ) : (
          mine.map(item)
        )}
        {groups.map((group) => (
          <MenuGroup key={group.id} label={t("views.shared", { organisation: group.called })}>
            {group.views.map(item)}
          </MenuGroup>
        ))}
        <Menu.Divider />
        {isPlain ? (
          <Menu.Label>{t("views.filterFirst")}</Menu.Label>
        ) : (
          <form
            style={{ display: "grid", gap: 10, padding: 8 }}
            onSubmit={(event) => {
              event.preventDefault();
              void keep();
            }}
          >
            <TextInput
              size="xs"
              label={t("views.name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              onKeyDown={(event) => event.stopPropagation()}
            />
            {mayShare && organisation && (
              <Checkbox
                size="xs"
                label={t("views.share", { organisation: organisation.name })}
                checked={shared}
                onChange={(event) => setShared(event.currentTarget.checked)}
              />
            )}
            <Button type="submit" size="compact-sm" disabled={!name.trim()} loading={create.isPending}>
              {t("views.save")}
            </Button>
          </form>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function plain(query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
}

/** Whether the user runs the organisation; the host decides, this only spares others the question. */
function useMayShare(organisationId: string | undefined): boolean {
  return useMe().memberships.some(
    ({ role, scope }) =>
      (role === "owner" || role === "manager") &&
      (scope.kind === "host" || (scope.kind === "organisation" && scope.id === organisationId)),
  );
}

import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled, IconChevronDown, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { same } from "../changes";
import { showProblem } from "../ErrorNotice";

/** Filters kept under a name. */
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
  const mine = (views.data?.items ?? []).filter((view) => view.room === room);
  const open = mine.find((view) => same(plain(view.query), plain(query)));
  const isPlain = Object.keys(plain(query)).length === 0;

  const keep = async () => {
    if (!name.trim()) return;
    try {
      await create.mutateAsync({
        headers: idempotent(crypto.randomUUID()),
        body: { room, name: name.trim(), query: plain(query) as Record<string, never> },
      });
      setName("");
    } catch (error) {
      showProblem(error, text);
    }
  };
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
        {mine.length === 0 && <Menu.Label>{t("views.none")}</Menu.Label>}
        {mine.map((view) => (
          <Menu.Item
            key={view.id}
            component="div"
            onClick={() => onOpen(view.query)}
            rightSection={
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
            }
          >
            {view.name}
          </Menu.Item>
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

import { ActionIcon, Menu } from "@mantine/core";
import { IconBan, IconCircleCheck, IconDots, IconEdit, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { Person, Tag } from "../../api/views";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { TagBadge } from "../../parts/tag/TagBadge";
import { TagForm } from "../../parts/tag/TagForm";
import { useTagActs } from "../../parts/tag/useTagActs";
import { can, useMe } from "../../shell/session";
import { GrowingSection } from "./GrowingSection";
import classes from "./PersonUnits.module.css";

/** The tags that someone charges with. */
export function PersonTags({ person, now }: { person: Person; now: Date }) {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const acts = useTagActs();
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<Tag>();
  const tags = api.useQuery("get", "/tags", {
    params: { query: { organisationId: person.organisationId, personId: person.id, limit: 200 } },
  });
  const manages = can(me, "manage_tag");
  const items = tags.data?.items ?? [];
  return (
    <GrowingSection
      title={t("room.tags")}
      add={t("tag.new")}
      {...(manages && { onAdd: () => setAdding(true) })}
      none={tags.data !== undefined && items.length === 0 && t("tag.noneOfPerson")}
    >
      <ul className={classes.list}>
        {items.map((tag) => (
          <li key={tag.id}>
            <span>
              <strong>{tag.idTag}</strong> <span className={classes.soft}>{tag.label}</span>
              <span className={classes.dates}>
                <TagBadge tag={tag} now={now} />
              </span>
            </span>
            {manages && (
              <Menu>
                <Menu.Target>
                  <ActionIcon aria-label={t("tag.acts", { idTag: tag.idTag })}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setEditing(tag)}>
                    {t("action.edit")}
                  </Menu.Item>
                  <Menu.Item
                    leftSection={tag.blockedAt ? <IconCircleCheck size={16} /> : <IconBan size={16} />}
                    onClick={() =>
                      void acts.block(tag, !tag.blockedAt).catch((error) => showProblem(error, text))
                    }
                  >
                    {tag.blockedAt ? t("tag.unblock") : t("tag.block")}
                  </Menu.Item>
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={16} />}
                    onClick={() => acts.remove(tag)}
                  >
                    {t("action.remove")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      <TagForm
        organisationId={person.organisationId}
        holder={{ id: person.id, name: person.name }}
        opened={adding}
        onClose={() => setAdding(false)}
      />
      {editing && (
        <TagForm
          organisationId={person.organisationId}
          tag={editing}
          opened
          onClose={() => setEditing(undefined)}
        />
      )}
      {acts.dialog}
    </GrowingSection>
  );
}

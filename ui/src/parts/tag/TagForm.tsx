import { Stack, Switch, TextInput } from "@mantine/core";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Tag } from "../../api/views";
import { useText } from "../../i18n/text";
import { DayInput } from "../DayInput";
import { FormDrawer } from "../FormDrawer";
import { PersonName } from "../PersonName";
import { PersonSelect } from "../PersonSelect";

type TagValues = {
  idTag: string;
  label: string;
  personId: string;
  expiresOn: string | null;
  blocked: boolean;
};

const valuesOf = (tag: Tag): TagValues => ({
  idTag: tag.idTag,
  label: tag.label ?? "",
  personId: tag.personId ?? "",
  expiresOn: tag.expiresOn ?? null,
  blocked: Boolean(tag.blockedAt),
});

/** Adds a tag, or changes whose it is, until when, and whether it is blocked. */
export function TagForm({
  organisationId,
  tag,
  holder,
  opened,
  onClose,
}: {
  organisationId: string;
  tag?: Tag | undefined;
  /** Whose a new one becomes: on the page of a person. */
  holder?: { id: string; name: string } | undefined;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useText();
  const create = api.useMutation("post", "/tags");
  const change = api.useMutation("patch", "/tags/{id}");
  const known =
    holder ?? (tag?.personId && tag.personName ? { id: tag.personId, name: tag.personName } : undefined);
  // Of somebody with protected identity the list says only that there is one: they stay whose it is.
  const veiled = tag !== undefined && !tag.personId && Boolean(tag.personName);
  return (
    <FormDrawer<TagValues, Tag>
      title={tag ? t("tag.edit", { idTag: tag.idTag }) : t("tag.new")}
      opened={opened}
      onClose={onClose}
      initial={
        tag
          ? valuesOf(tag)
          : { idTag: "", label: "", personId: holder?.id ?? "", expiresOn: null, blocked: false }
      }
      view={tag}
      valuesOf={valuesOf}
      labels={{
        idTag: t("tag.idTag"),
        label: t("tag.label"),
        personId: t("tag.person"),
        expiresOn: t("tag.expiresOn"),
        blocked: t("tag.blocked"),
      }}
      shownAs={{ personId: (id) => <PersonName id={id} /> }}
      validate={(values) => ({ idTag: values.idTag.trim() ? null : t("field.required") })}
      again
      savedWords={t("tag.saved")}
      save={(values, { key, view, changed: { idTag: _, ...changed } }) =>
        view
          ? change.mutateAsync({
              params: { path: { id: view.id } },
              headers: ifMatch(view),
              body: changed as never,
            })
          : create.mutateAsync({
              headers: idempotent(key),
              params: { query: { organisationId } },
              body: {
                idTag: values.idTag.trim(),
                label: values.label.trim() || null,
                personId: values.personId || null,
                expiresOn: values.expiresOn || null,
              },
            })
      }
    >
      {(form) => (
        <Stack gap="sm">
          <TextInput
            label={t("tag.idTag")}
            description={tag ? undefined : t("tag.idTagHint")}
            required={!tag}
            readOnly={tag !== undefined}
            spellCheck={false}
            autoComplete="off"
            maxLength={20}
            {...(tag ? {} : { "data-autofocus": true })}
            {...form.getInputProps("idTag")}
          />
          {!veiled && (
            <>
              <PersonSelect
                label={t("tag.person")}
                description={t("tag.personHint")}
                known={known}
                {...form.getInputProps("personId")}
              />
              <TextInput
                label={t("tag.label")}
                description={t("tag.labelHint")}
                data-autofocus={tag !== undefined || undefined}
                {...form.getInputProps("label")}
              />
            </>
          )}
          <DayInput
            label={t("tag.expiresOn")}
            description={t("tag.expiresOnHint")}
            clearable
            clearButtonProps={{ "aria-label": t("action.clear") }}
            {...form.getInputProps("expiresOn")}
          />
          {tag && (
            <Switch
              label={t("tag.blocked")}
              description={t("tag.blockedHint")}
              {...form.getInputProps("blocked", { type: "checkbox" })}
            />
          )}
        </Stack>
      )}
    </FormDrawer>
  );
}

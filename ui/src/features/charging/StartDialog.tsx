import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAsk } from "./useAsk";

const TYPING_PAUSE_MS = 180;
const OFFERED = 20;

/** Begins to charge for a tag: whose it is pays. */
export function StartDialog({
  point,
  connector,
  onClose,
}: {
  point: ChargePoint;
  connector: number;
  onClose: () => void;
}) {
  const { t } = useText();
  const { facilities } = useFacilityChoice();
  const { send } = useAsk(point.id);
  const organisationId = facilities.find(({ id }) => id === point.facilityId)?.organisationId;
  const [tag, setTag] = useState("");
  const [q] = useDebouncedValue(tag.trim(), TYPING_PAUSE_MS);
  const tags = api.useQuery(
    "get",
    "/tags",
    { params: { query: { organisationId: organisationId ?? "", q, limit: OFFERED } } },
    { enabled: organisationId !== undefined, placeholderData: keepPreviousData },
  );
  const known = tags.data?.items ?? [];
  const holder = known.find(({ idTag }) => idTag === tag.trim().toUpperCase());
  return (
    <ConsentDialog
      title={t("command.startTitle", { name: point.name, number: connector })}
      confirm={t("command.start")}
      waiting={tag.trim() === ""}
      onClose={onClose}
      onConfirm={() => send({ name: "remoteStart", tag: tag.trim().toUpperCase(), connector })}
    >
      <p style={{ margin: 0 }}>{t("command.startWords")}</p>
      <Autocomplete
        label={t("tag.one")}
        description={
          holder
            ? [holder.personName, holder.label].filter(Boolean).join(" · ") || t("command.nobodysTag")
            : t("command.tagHint")
        }
        data-autofocus
        required
        maxLength={20}
        spellCheck={false}
        data={known.map(({ idTag }) => idTag)}
        renderOption={({ option }) => {
          const it = known.find(({ idTag }) => idTag === option.value);
          return [option.value, it?.personName, it?.label].filter(Boolean).join(" · ");
        }}
        value={tag}
        onChange={setTag}
      />
    </ConsentDialog>
  );
}

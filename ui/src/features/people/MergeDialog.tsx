import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { unitCodes } from "./peopleColumns";
import { SideBySide } from "./SideBySide";

const TYPING_PAUSE_MS = 180;

/** Joins two records of the same human being. The other may be given, or looked for. */
export function MergeDialog({
  person,
  other,
  onClose,
}: {
  person: Person;
  other?: Person;
  onClose: () => void;
}) {
  const { t } = useText();
  const merge = api.useMutation("post", "/persons/{id}/merge");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const [chosen, setChosen] = useState<Person | undefined>(other);
  const found = api.useQuery(
    "get",
    "/persons",
    { params: { query: { q: q || person.familyName, organisationId: person.organisationId, limit: 20 } } },
    { enabled: !other, placeholderData: keepPreviousData },
  );
  const candidates = (found.data?.items ?? []).filter((each) => each.id !== person.id);
  return (
    <ConsentDialog
      title={t("merge.title")}
      confirm={t("merge.confirm")}
      danger
      reason
      waiting={chosen === undefined}
      size="xl"
      onClose={onClose}
      onConfirm={(reason) =>
        merge.mutateAsync({
          params: { path: { id: person.id } },
          body: { otherId: chosen?.id ?? "", reason },
        })
      }
    >
      <p style={{ margin: 0 }}>{t("merge.words", { name: person.name })}</p>
      {!other && (
        <Select
          label={t("merge.other")}
          searchable
          data-autofocus
          filter={({ options }) => options}
          nothingFoundMessage={t("palette.nothing")}
          searchValue={typed}
          onSearchChange={setTyped}
          data={candidates.map((each) => ({
            value: each.id,
            label: `${each.name} ${unitCodes(each, undefined)}`,
          }))}
          value={chosen?.id ?? null}
          onChange={(id) => setChosen(candidates.find((each) => each.id === id))}
        />
      )}
      {chosen && <SideBySide kept={person} gone={chosen} />}
    </ConsentDialog>
  );
}

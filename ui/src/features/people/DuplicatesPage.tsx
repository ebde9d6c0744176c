import { Button, Group, Stack } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { MergeDialog } from "./MergeDialog";
import { SideBySide } from "./SideBySide";
import { ToldApart, useTellApart } from "./ToldApart";

/** Records that may be the same person, with the reason for the suspicion. Nothing is joined by itself. */
export function DuplicatesPage() {
  const { t, word } = useText();
  const { organisation } = useFacilityChoice();
  const [pair, setPair] = useState<{ kept: Person; gone: Person }>();
  const tellApart = useTellApart();
  const duplicates = api.useQuery(
    "get",
    "/person-duplicates",
    { params: { query: { organisationId: organisation?.id ?? "" } } },
    { enabled: organisation !== undefined },
  );
  return (
    <>
      <PageHeader title={t("people.duplicates")} subtitle={t("duplicates.words")} />
      <Loaded query={duplicates}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={IconUsersGroup} title={t("duplicates.noneTitle")}>
              {t("duplicates.noneWords")}
            </EmptyState>
          ) : (
            <Stack maw={860}>
              {items.map(({ persons, why }) => {
                const [first, second] = persons;
                return (
                  first &&
                  second && (
                    <Card
                      key={`${first.id}-${second.id}`}
                      title={first.name}
                      aside={why.map((reason) => word("duplicates.why", reason)).join(" · ")}
                    >
                      <SideBySide kept={first} gone={second} />
                      <Group justify="flex-end" mt="sm" gap="xs">
                        <Button variant="subtle" onClick={() => void tellApart(first, second)}>
                          {t("duplicates.notSame")}
                        </Button>
                        <Button variant="default" onClick={() => setPair({ kept: second, gone: first })}>
                          {t("merge.keepSecond")}
                        </Button>
                        <Button onClick={() => setPair({ kept: first, gone: second })}>
                          {t("merge.keepFirst")}
                        </Button>
                      </Group>
                    </Card>
                  )
                );
              })}
            </Stack>
          )
        }
      </Loaded>
      {organisation && <ToldApart organisationId={organisation.id} />}
      {pair && <MergeDialog person={pair.kept} other={pair.gone} onClose={() => setPair(undefined)} />}
    </>
  );
}

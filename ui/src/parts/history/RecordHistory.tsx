import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { can, useMe } from "../../shell/session";
import { Loaded } from "../Loaded";
import { Section } from "../Section";
import { useNow } from "../useNow";
import { EventList } from "./EventList";
import type { Restoring } from "./useRestore";

/** Events shown beside a record; the whole of it stands in the log. */
const SHOWN = 50;

/** The history of a record, for those who may read the log. */
export function RecordHistory<View extends { id: string; rowVersion: number }>({
  id,
  restoring,
}: {
  id: string;
  restoring?: Restoring<View> | undefined;
}) {
  const { t } = useText();
  const now = useNow();
  const readable = can(useMe(), "read_audit");
  const events = api.useQuery(
    "get",
    "/audit",
    { params: { query: { subjectId: id, limit: SHOWN } } },
    { enabled: readable },
  );
  if (!readable) return null;
  return (
    <Section title={t("timeline.title")}>
      <Loaded query={events}>
        {({ items }) => <EventList rows={items} now={now} restoring={restoring} />}
      </Loaded>
    </Section>
  );
}

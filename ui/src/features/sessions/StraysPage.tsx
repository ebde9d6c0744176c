import { Button } from "@mantine/core";
import { IconLink, IconMessageQuestion, IconTerminal2, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ifMatch } from "../../api/client";
import { api, usePages } from "../../api/query";
import type { StrayMessage } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel, Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { PageHeader } from "../../parts/PageHeader";
import { Payload } from "../../parts/Payload";
import { Section } from "../../parts/Section";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { said } from "../../parts/undo";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { AttachDialog } from "./AttachDialog";

export interface StraysSearch {
  open?: string;
}

const PAGED_BY: PagedBy = { column: "lastHeard", descending: true, reversible: false };

/** Only a stop can end a session; and one that cannot be read ends none. */
function isStop({ action, reason }: StrayMessage): boolean {
  return action === "StopTransaction" && reason !== "unreadable";
}

/** Reports that belong to no session: kept until somebody says what they are. */
export function StraysPage({
  search,
  onSearch,
}: {
  search: StraysSearch;
  onSearch: (search: StraysSearch) => void;
}) {
  const { t, word, format } = useText();
  const me = useMe();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { organisation, facilities, filter } = useFacilityChoice();
  const list = useListedPages<StrayMessage>(
    usePages<StrayMessage>("/stray-messages", filter, { enabled: organisation !== undefined }),
  );
  const [attaching, setAttaching] = useState<StrayMessage>();
  const [dismissing, setDismissing] = useState<StrayMessage>();
  const dismiss = api.useMutation("post", "/stray-messages/{id}/dismissal");
  const manages = can(me, "manage_charging");
  const open = list.rows.find(({ id }) => id === search.open);
  const close = () => {
    onSearch({});
    table.current?.focus();
  };
  const columns: Column<StrayMessage>[] = [
    {
      id: "lastHeard",
      title: t("stray.lastHeard"),
      width: 165,
      text: ({ lastHeardAt }) => format.dateTime(lastHeardAt),
      sortBy: ({ lastHeardAt }) => lastHeardAt,
    },
    {
      id: "action",
      title: t("stray.report"),
      width: 200,
      text: ({ action }) => word("stray.action", action, "stray.action.other"),
      show: ({ action }) => (
        <strong style={{ fontWeight: 600 }}>{word("stray.action", action, "stray.action.other")}</strong>
      ),
    },
    {
      id: "point",
      title: t("session.chargePoint"),
      width: 140,
      text: ({ chargePointName }) => chargePointName,
    },
    { id: "reason", title: t("stray.why"), width: 320, text: ({ reason }) => word("stray.reason", reason) },
    {
      id: "register",
      title: t("session.register"),
      width: 140,
      align: "end",
      text: ({ wh }) => (wh === null || wh === undefined ? "" : format.energy(wh)),
      sortBy: ({ wh }) => wh ?? 0,
    },
    {
      id: "count",
      title: t("stray.heard"),
      width: 110,
      align: "end",
      text: ({ heardCount }) => format.number(heardCount),
      sortBy: ({ heardCount }) => heardCount,
    },
  ];
  return (
    <>
      <PageHeader title={t("stray.title")} subtitle={t("stray.words")} />
      <Split
        list={
          <DataTable
            handle={table}
            name="strays"
            label={t("stray.title")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={({ id }) => onSearch({ open: id })}
            address={({ id }) => addressOf({ to: "/sessions/stray", search: { open: id } })}
            pagedBy={PAGED_BY}
            filterKey={JSON.stringify(filter)}
            count={(count) => t("stray.count", { count })}
            rowActions={(stray) =>
              manages
                ? [
                    ...(isStop(stray)
                      ? [{ label: t("stray.attach"), icon: IconLink, run: () => setAttaching(stray) }]
                      : []),
                    { label: t("stray.dismiss"), icon: IconX, run: () => setDismissing(stray) },
                  ]
                : []
            }
            empty={
              <EmptyState icon={IconMessageQuestion} title={t("stray.emptyTitle")}>
                {t("stray.emptyWords")}
              </EmptyState>
            }
          />
        }
        detail={
          open && (
            <DetailPanel
              title={word("stray.action", open.action, "stray.action.other")}
              subtitle={[
                facilities.find(({ id }) => id === open.facilityId)?.name,
                open.chargePointName,
                format.dateTime(open.lastHeardAt),
              ]
                .filter(Boolean)
                .join(" · ")}
              onClose={close}
              actions={
                <>
                  {manages && isStop(open) && (
                    <Button leftSection={<IconLink size={16} />} onClick={() => setAttaching(open)}>
                      {t("stray.attach")}
                    </Button>
                  )}
                  {manages && (
                    <Button
                      variant="default"
                      leftSection={<IconX size={16} />}
                      onClick={() => setDismissing(open)}
                    >
                      {t("stray.dismiss")}
                    </Button>
                  )}
                  <Button
                    component={Link}
                    to={`/charge-points/${open.chargePointId}/log`}
                    variant="default"
                    leftSection={<IconTerminal2 size={16} />}
                  >
                    {t("log.open")}
                  </Button>
                </>
              }
            >
              <Section title={t("stray.why")}>
                <p style={{ margin: 0 }}>
                  {[word("stray.reason", open.reason), word("stray.means", open.reason)].join(". ")}
                </p>
              </Section>
              <Section title={t("stray.report")}>
                <Facts
                  rows={[
                    [t("stray.claimedAt"), open.claimedAt ? format.exactTime(open.claimedAt) : undefined],
                    [
                      t("session.register"),
                      open.wh === null || open.wh === undefined ? undefined : format.energy(open.wh),
                    ],
                    [t("session.transaction"), open.transactionId ?? undefined],
                    [t("tag.one"), open.tag],
                    [t("stray.firstHeard"), format.exactTime(open.firstHeardAt)],
                    [t("stray.lastHeard"), format.exactTime(open.lastHeardAt)],
                    [t("stray.heard"), format.number(open.heardCount)],
                  ]}
                />
              </Section>
              {open.payload && <Payload title={t("log.payload")} text={open.payload} />}
            </DetailPanel>
          )
        }
      />
      {attaching && (
        <AttachDialog
          stray={attaching}
          onClose={() => setAttaching(undefined)}
          onAttached={() => {
            if (search.open === attaching.id) close();
          }}
        />
      )}
      {dismissing && (
        <ConsentDialog
          title={t("stray.dismissTitle")}
          confirm={t("stray.dismiss")}
          reason
          onClose={() => setDismissing(undefined)}
          onConfirm={async (reason) => {
            await dismiss.mutateAsync({
              params: { path: { id: dismissing.id } },
              headers: ifMatch(dismissing),
              body: { reason },
            });
            said(t("stray.dismissed"));
            if (search.open === dismissing.id) close();
          }}
        >
          <p style={{ margin: 0 }}>{t("stray.dismissWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}

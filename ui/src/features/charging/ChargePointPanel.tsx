import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconArchive, IconDots, IconEdit, IconKey, IconLink, IconTerminal2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { EventList } from "../../parts/history/EventList";
import { Loaded } from "../../parts/Loaded";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { ChargePointCommands } from "./ChargePointCommands";
import { ChargePointForm, phaseWords } from "./ChargePointForm";
import { ConnectorList } from "./ConnectorList";
import { DecommissionDialog } from "./DecommissionDialog";
import { KeyDialog } from "./KeyDialog";
import { KeySection } from "./KeySection";
import { PointBadge } from "./ShownBadge";
import { moment } from "./shownState";
import { TurnedAwayNotice } from "./TurnedAwayNotice";

export type PointLayer = "edit" | "key" | "decommission";

/** How far a clock may be off before it is told. */
const CLOCK_OFF_MS = 60_000;
const AGAIN_MS = 30_000;

/** Everything about one charge point. */
export function ChargePointPanel({
  id,
  first,
  onClose,
}: {
  id: string;
  /** What is done first: a charge point that was just adopted gets its key. */
  first?: PointLayer | undefined;
  onClose: () => void;
}) {
  const point = api.useQuery(
    "get",
    "/charge-points/{id}",
    { params: { path: { id } } },
    { refetchInterval: AGAIN_MS },
  );
  if (!point.data) return <LoadingPanel query={point} onClose={onClose} />;
  return <Known point={point.data} first={first} onClose={onClose} />;
}

function Known({
  point,
  first,
  onClose,
}: {
  point: ChargePoint;
  first: PointLayer | undefined;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const now = useNow();
  const me = useMe();
  const { facilities } = useFacilityChoice();
  const [layer, setLayer] = useState<PointLayer | undefined>(first);
  const manages = can(me, "manage_charging") && point.state !== "decommissioned";
  const place = facilities.find(({ id }) => id === point.facilityId);
  const done = () => setLayer(undefined);
  return (
    <DetailPanel
      title={point.name}
      badges={<PointBadge point={point} now={now} />}
      subtitle={[place?.name, point.circuitName].filter(Boolean).join(" › ")}
      onClose={onClose}
      actions={
        <>
          {manages && (
            <>
              <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setLayer("edit")}>
                {t("action.edit")}
              </Button>
              <Button variant="default" leftSection={<IconKey size={16} />} onClick={() => setLayer("key")}>
                {t("key.open")}
              </Button>
            </>
          )}
          <Menu>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t("action.more")}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconLink size={16} />}
                onClick={() => {
                  void navigator.clipboard.writeText(window.location.href);
                  said(t("action.linkCopied"));
                }}
              >
                {t("action.copyLink")}
              </Menu.Item>
              <Menu.Item
                component={Link}
                to={`/charge-points/${point.id}/log`}
                leftSection={<IconTerminal2 size={16} />}
              >
                {t("log.open")}
              </Menu.Item>
              {manages && (
                <>
                  <Menu.Divider />
                  <Menu.Item
                    color="red"
                    leftSection={<IconArchive size={16} />}
                    onClick={() => setLayer("decommission")}
                  >
                    {t("charging.decommission")}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      {point.state === "decommissioned" && (
        <Facts
          rows={[
            [
              t("charging.decommissionedAt"),
              point.decommissionedAt ? format.dateTime(point.decommissionedAt) : "",
            ],
            [t("consent.reason"), point.decommissionedReason],
          ]}
        />
      )}
      <TurnedAwayNotice point={point} now={now} />
      <Section title={t("charging.connectors")}>
        <ConnectorList connectors={point.connectors} now={now} />
      </Section>
      {point.state !== "decommissioned" && point.contact && <ChargePointCommands point={point} now={now} />}
      <Contact point={point} now={now} />
      <Section title={t("charging.power")}>
        <Facts
          rows={[
            [t("charging.circuit"), point.circuitName],
            [t("charging.fuse"), `${point.fuseA} A`],
            [
              t("charging.limit"),
              point.limitA < point.fuseA
                ? t("charging.limitBelow", { limit: point.limitA, fuse: point.fuseA })
                : `${point.limitA} A`,
            ],
            [t("charging.phaseRotation"), phaseWords(point.phaseRotation)],
            [t("charging.access"), t(`charging.access.${point.access}`)],
            [
              t("charging.meter"),
              [t(`charging.meter.${point.meterKind}`), point.meterKindSetByHand && t("charging.meterByHand")]
                .filter(Boolean)
                .join(" · "),
            ],
          ]}
        />
      </Section>
      <Section title={t("charging.device")}>
        <Facts
          rows={[
            [t("charging.identity"), <code key="identity">{point.identity}</code>],
            [t("charging.model"), [point.vendor, point.model].filter(Boolean).join(" ")],
            [t("charging.serialNumber"), point.serialNumber],
            [t("charging.firmware"), point.firmwareVersion],
          ]}
        />
      </Section>
      {point.state !== "decommissioned" && <KeySection point={point} now={now} manages={manages} />}
      {can(me, "read_audit") && <History id={point.id} now={now} />}

      <ChargePointForm facilityId={point.facilityId} point={point} opened={layer === "edit"} onClose={done} />
      {layer === "key" && <KeyDialog point={point} onClose={done} />}
      {layer === "decommission" && <DecommissionDialog point={point} onClose={done} />}
    </DetailPanel>
  );
}

function Contact({ point, now }: { point: ChargePoint; now: Date }) {
  const { t, format } = useText();
  const { contact } = point;
  const at = (instant?: string | null) => instant && moment(instant, now, format);
  const off = contact?.clockAheadMs ?? 0;
  return (
    <Section title={t("charging.contact")}>
      {contact ? (
        <Facts
          rows={[
            contact.connected
              ? [t("charging.connectedAt"), at(contact.connectedAt)]
              : [t("charging.disconnectedAt"), at(contact.disconnectedAt)],
            [t("charging.heardAt"), at(contact.heardAt)],
            [t("charging.bootedAt"), at(contact.bootedAt)],
            [t("charging.remoteAddress"), contact.remoteAddress],
            Math.abs(off) >= CLOCK_OFF_MS && [
              t("charging.clock"),
              <StateBadge key="clock" tone="warn">
                {t(off > 0 ? "charging.clockAhead" : "charging.clockBehind", {
                  minutes: Math.round(Math.abs(off) / 60_000),
                })}
              </StateBadge>,
            ],
          ]}
        />
      ) : (
        <p style={{ margin: 0, color: "var(--ink-soft)" }}>{t("charging.neverCalledWords")}</p>
      )}
    </Section>
  );
}

function History({ id, now }: { id: string; now: Date }) {
  const { t } = useText();
  const events = api.useQuery("get", "/audit", {
    params: { query: { subjectKind: "charge_point", subjectId: id, limit: 20 } },
  });
  return (
    <Section title={t("timeline.title")}>
      <Loaded query={events}>{({ items }) => <EventList rows={items} now={now} />}</Loaded>
    </Section>
  );
}

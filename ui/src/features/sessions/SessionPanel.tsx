import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconDots, IconLink, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { said } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { DoubtList } from "./DoubtList";
import { JudgeDialog, type Judgement } from "./JudgeDialog";
import { PayerDialog } from "./PayerDialog";
import { SessionBadge } from "./SessionBadge";
import { SessionCost } from "./SessionCost";
import { SessionEnergy } from "./SessionEnergy";
import { wantsALook } from "./sessionStates";
import { useSessionWords } from "./useSessionWords";

const AGAIN_MS = 30_000;

/** The proof sheet of a session: from what was read to what it costs. */
export function SessionPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const session = api.useQuery(
    "get",
    "/sessions/{id}",
    { params: { path: { id } } },
    // Readings of an open session come in without a word to the desk.
    { refetchInterval: ({ state }) => (state.data?.state === "open" ? AGAIN_MS : false) },
  );
  if (!session.data) return <LoadingPanel query={session} onClose={onClose} />;
  return <Known session={session.data} onClose={onClose} />;
}

function Known({ session, onClose }: { session: SessionProof; onClose: () => void }) {
  const { t, word, format } = useText();
  const me = useMe();
  const now = useNow();
  const words = useSessionWords();
  const { facilities } = useFacilityChoice();
  const [layer, setLayer] = useState<Judgement | "payer">();
  const manages = can(me, "manage_charging") && session.state !== "void";
  const place = facilities.find(({ id }) => id === session.facilityId)?.name;
  const done = () => setLayer(undefined);
  const claimed = (own: string | null | undefined, believed: string | null | undefined) =>
    own && believed && Math.abs(new Date(own).getTime() - new Date(believed).getTime()) >= 1_000
      ? t("session.claimed", { time: format.exactTime(own) })
      : undefined;
  return (
    <DetailPanel
      title={words.where(session)}
      badges={<SessionBadge session={session} />}
      subtitle={[place, format.dateTime(session.startedAt)].filter(Boolean).join(" · ")}
      onClose={onClose}
      actions={
        <>
          {manages && wantsALook(session) && (
            <Button leftSection={<IconCircleCheck size={16} />} onClick={() => setLayer("accept")}>
              {t("session.accept")}
            </Button>
          )}
          {manages && (
            <Button variant="default" leftSection={<IconUser size={16} />} onClick={() => setLayer("payer")}>
              {t("session.whose")}
            </Button>
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
              {manages && (
                <>
                  <Menu.Divider />
                  <Menu.Item
                    color="red"
                    leftSection={<IconCircleX size={16} />}
                    onClick={() => setLayer("void")}
                  >
                    {t("session.void")}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      {session.judgedReason && session.judgedAt && (
        <Section title={t(session.state === "void" ? "session.voidedTitle" : "session.acceptedTitle")}>
          <Facts
            rows={[
              [t("consent.reason"), session.judgedReason],
              [t("session.judgedAt"), format.dateTime(session.judgedAt)],
            ]}
          />
        </Section>
      )}
      {session.doubts.length > 0 && <DoubtList session={session} />}
      <Section title={t("session.about")}>
        <Facts
          rows={[
            [
              t("session.person"),
              session.personId ? (
                <Link key="person" to="/people" search={{ open: session.personId } as never}>
                  {words.who(session)}
                </Link>
              ) : (
                words.who(session)
              ),
            ],
            [
              t("tag.one"),
              [
                session.tag,
                session.stopTag &&
                  session.stopTag !== session.tag &&
                  t("session.stoppedWith", { tag: session.stopTag }),
              ]
                .filter(Boolean)
                .join(" · "),
            ],
            [
              t("session.energy"),
              <strong key="energy" style={{ fontWeight: 650 }}>
                {format.energy(session.energyWh)}
                {session.state === "open" && ` · ${t("session.soFar")}`}
              </strong>,
            ],
            [
              t("session.startedAt"),
              [format.exactTime(session.startedAt), claimed(session.claimedStartAt, session.startedAt)]
                .filter(Boolean)
                .join(" · "),
            ],
            [
              t("session.stoppedAt"),
              session.stoppedAt
                ? [format.exactTime(session.stoppedAt), claimed(session.claimedStopAt, session.stoppedAt)]
                    .filter(Boolean)
                    .join(" · ")
                : t("session.stillOpen"),
            ],
            [t("session.time"), words.duration(session, now)],
            [
              t("session.register"),
              session.startWh === null && session.stopWh === null
                ? undefined
                : `${known(session.startWh, format.energy)} → ${known(session.stopWh, format.energy)}`,
            ],
            session.stopReason
              ? [
                  t("session.stopReason"),
                  word("session.stopReason", session.stopReason, "session.stopReason.other"),
                ]
              : undefined,
            [t("session.transaction"), session.transactionId ?? undefined],
            [
              t("session.chargePoint"),
              <Link key="point" to="/charge-points" search={{ open: session.chargePointId } as never}>
                {session.chargePointName}
              </Link>,
            ],
          ]}
        />
      </Section>
      <SessionEnergy session={session} />
      <SessionCost session={session} />

      {(layer === "accept" || layer === "void") && (
        <JudgeDialog session={session} judgement={layer} onClose={done} />
      )}
      {layer === "payer" && <PayerDialog session={session} onClose={done} />}
    </DetailPanel>
  );
}

function known(wh: number | null | undefined, energy: (wh: number) => string): string {
  return wh === null || wh === undefined ? "?" : energy(wh);
}

import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { api } from "../../api/query";
import type { OpenNotice } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import classes from "./NoticesPage.module.css";
import { NOTICE_TONES, useNoticeWords } from "./noticeWords";

type Sending = OpenNotice["sendings"][number];

const SENDING_TONES: Record<Sending["state"], Tone> = {
  asked: "warn",
  not_asked: "mute",
  taken: "calm",
  delivered: "good",
  failed: "bad",
  lost: "warn",
};

/** One message: its text, how far it has come, and of an SMS what the gateway has said of it. */
export function NoticePanel({
  id,
  retrying,
  onRetry,
  onClose,
}: {
  id: string;
  retrying: boolean;
  onRetry: (notice: OpenNotice) => void;
  onClose: () => void;
}) {
  const { t, word, format } = useText();
  const stateOf = useNoticeWords();
  const query = api.useQuery("get", "/notices/{id}", { params: { path: { id } } });
  const notice = query.data;
  if (!notice) return <LoadingPanel query={query} onClose={onClose} />;
  return (
    <DetailPanel
      title={notice.subject}
      badges={<StateBadge tone={NOTICE_TONES[notice.state]}>{stateOf(notice)}</StateBadge>}
      subtitle={notice.recipient}
      onClose={onClose}
      actions={
        (notice.state === "failed" || notice.state === "bounced") && (
          <Button leftSection={<IconRefresh size={16} />} loading={retrying} onClick={() => onRetry(notice)}>
            {t("notice.retry")}
          </Button>
        )
      }
    >
      <Facts
        rows={[
          [t("notice.kind"), word("notice.kind", notice.template)],
          [t("notice.channel"), t(`channel.${notice.channel}`)],
          [t("notice.createdAt"), format.dateTime(notice.createdAt)],
          [t("notice.sentAt"), notice.sentAt && format.dateTime(notice.sentAt)],
          notice.deliveredAt ? [t("notice.deliveredAt"), format.dateTime(notice.deliveredAt)] : undefined,
          notice.parts ? [t("sms.parts"), format.number(notice.parts)] : undefined,
          notice.cost
            ? [t("sms.cost"), format.smsPrice(notice.cost.tenThousandths, notice.cost.currency)]
            : undefined,
          notice.divertedTo ? [t("notice.divertedTo"), notice.divertedTo] : undefined,
          [t("notice.attempts"), format.number(notice.attempts)],
          notice.fault ? [t("notice.error"), word("problem", notice.fault)] : undefined,
          notice.faultWords ? [t("notice.serverSaid"), notice.faultWords] : undefined,
        ]}
      />
      <Section title={t("notice.body")}>
        <pre className={classes.body}>{notice.body}</pre>
      </Section>
      {notice.sendings.length > 0 && (
        <Section title={t("sms.sendings")}>
          {notice.sendings.map((sending, place) => (
            <Sent key={sending.id} sending={sending} place={place + 1} />
          ))}
        </Section>
      )}
    </DetailPanel>
  );
}

/** One time that a gateway was asked, and what it has reported since. */
function Sent({ sending, place }: { sending: Sending; place: number }) {
  const { t, format } = useText();
  const provider = t(`sms.provider.${sending.provider}`);
  return (
    <article className={classes.sending}>
      <header className={classes.head}>
        <h4>{t("sms.sendingOf", { provider, place })}</h4>
        <StateBadge tone={SENDING_TONES[sending.state]}>{t(`sms.sendingState.${sending.state}`)}</StateBadge>
      </header>
      <Facts
        rows={[
          [t("notice.recipient"), sending.address],
          [t("sms.begunAt"), format.dateTime(sending.begunAt)],
          sending.lookedAt ? [t("sms.lookedAt"), format.dateTime(sending.lookedAt)] : undefined,
          sending.reference ? [t("sms.reference"), sending.reference] : undefined,
          sending.code
            ? [t("sms.code"), [sending.code, sending.words].filter(Boolean).join(": ")]
            : undefined,
        ]}
      />
      <h5>{t("sms.reports")}</h5>
      {sending.reports.length === 0 ? (
        <p className={classes.soft}>{t("sms.noReports")}</p>
      ) : (
        <ul className={classes.reports}>
          {sending.reports.map(({ event, outcome, repeated, receivedAt }) => (
            <li key={`${event}${receivedAt}`}>
              <span>{format.dateTime(receivedAt)}</span>
              <span>
                <code>{event}</code>
                <span className={classes.soft}>
                  {[
                    t(outcome === "asked" ? "sms.reportAsked" : "sms.reportIgnored"),
                    repeated > 0 && t("sms.repeated", { count: repeated }),
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

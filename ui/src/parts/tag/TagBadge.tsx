import { IconBan, IconCalendarOff, IconCircleCheck, IconInbox } from "@tabler/icons-react";
import type { Tag } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { StateBadge } from "../StateBadge";

/** Whether a tag is taken: blocked, over, in a drawer, or good. */
export function TagBadge({ tag, now }: { tag: Tag; now: Date }) {
  const { t, format } = useText();
  if (tag.blockedAt) {
    return (
      <StateBadge tone="bad" icon={IconBan}>
        {t("tag.blockedSince", { date: format.date(tag.blockedAt) })}
      </StateBadge>
    );
  }
  if (tag.expiresOn && tag.expiresOn < isoToday(now)) {
    return (
      <StateBadge tone="mute" icon={IconCalendarOff}>
        {t("tag.over", { date: format.date(tag.expiresOn) })}
      </StateBadge>
    );
  }
  if (!tag.personName) {
    return (
      <StateBadge tone="mute" icon={IconInbox}>
        {t("tag.nobodys")}
      </StateBadge>
    );
  }
  return (
    <StateBadge tone="good" icon={IconCircleCheck}>
      {tag.expiresOn ? t("tag.goodUntil", { date: format.date(tag.expiresOn) }) : t("tag.good")}
    </StateBadge>
  );
}

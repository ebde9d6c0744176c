import type { TablerIcon } from "@tabler/icons-react";
import { IconBan, IconKey, IconMailOpened, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import type { Login } from "../api/views";
import { useText } from "../i18n/text";
import { StateBadge, type Tone } from "./StateBadge";

const LOOK: Record<Login["state"], { tone: Tone; icon: TablerIcon }> = {
  not_issued: { tone: "mute", icon: IconMailOpened },
  initial: { tone: "warn", icon: IconKey },
  own: { tone: "good", icon: IconUserCheck },
  blocked: { tone: "bad", icon: IconBan },
};

/** How far someone has come in signing in, in words a landlord uses. */
export function LoginBadge({ login, now }: { login: Login | undefined; now: Date }) {
  const { t, format } = useText();
  if (!login) {
    return (
      <StateBadge tone="mute" icon={IconUserOff}>
        {t("login.none")}
      </StateBadge>
    );
  }
  const { tone, icon } = LOOK[login.state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {login.state === "initial" && login.initialSince
        ? t("login.initialSince", { age: format.age(login.initialSince, now) })
        : t(`login.state.${login.state}`)}
    </StateBadge>
  );
}

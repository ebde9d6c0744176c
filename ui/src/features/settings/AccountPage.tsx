import { useText } from "../../i18n/text";
import { LooksCard, PasswordCard, SignInsCard } from "../../parts/AccountCards";
import { Card } from "../../parts/Card";
import { Facts } from "../../parts/Facts";
import { useMe } from "../../shell/session";
import { TotpCard } from "./TotpCard";

export function AccountPage() {
  const { t, word } = useText();
  const me = useMe();
  return (
    <>
      <Card title={me.name}>
        <Facts
          rows={[
            [t("contact.email"), me.email],
            ...me.memberships.map(
              ({ role, scope }) => [word("role", role), scope.name ?? t(`scope.${scope.kind}`)] as const,
            ),
          ]}
        />
      </Card>
      <LooksCard />
      <TotpCard />
      <PasswordCard />
      <SignInsCard />
    </>
  );
}

import { Anchor, Button } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "../../api/query";
import { writtenPhone } from "../../i18n/phone";
import { useText } from "../../i18n/text";
import { LooksCard, PasswordCard, SignInsCard } from "../../parts/AccountCards";
import { Card } from "../../parts/Card";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { NameMark } from "../../parts/Mark";
import { useDocumentTitle } from "../../shell/documentTitle";
import { useLanguage } from "../../shell/language";
import { useMe, useSignOut } from "../../shell/session";
import { BalancesCard } from "./BalancesCard";
import { ContactCard } from "./ContactCard";
import { InvoicesCard } from "./InvoicesCard";
import classes from "./PortalHome.module.css";
import { RefundsCard } from "./RefundsCard";
import { SavedCards } from "./SavedCards";

/** The resident's own page: who to turn to, what is theirs, and their account. */
export function PortalHome() {
  const { t, format, language } = useText();
  const me = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const [, setLanguage] = useLanguage();
  const person = api.useQuery("get", "/me/person", {});
  const facilities = api.useQuery("get", "/me/facilities", {});
  useDocumentTitle(t("portal.title"), facilities.data?.items[0]?.name);
  useEffect(() => setLanguage(me.language), [me.language, setLanguage]);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <NameMark size={26} />
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconLogout size={16} />}
          onClick={() => void signOut(() => navigate({ to: "/sign-in" }))}
        >
          {t("account.signOut")}
        </Button>
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>{t("portal.hello", { name: me.name.split(" ")[0] ?? me.name })}</h1>
        <Loaded query={person}>
          {(known) => (
            <>
              <Card title={t("portal.units")}>
                {known.units.length === 0 ? (
                  <p className={classes.soft}>{t("portal.noUnits")}</p>
                ) : (
                  <ul className={classes.units}>
                    {known.units.map((unit) => (
                      <li key={unit.tenancyId}>
                        <strong>{unit.code}</strong>
                        <span className={classes.soft}>
                          {facilities.data?.items.find(({ code }) => code === unit.facilityCode)?.name ??
                            unit.facilityCode}
                          {unit.movedInOn
                            ? ` · ${t("tenancy.since", { from: format.date(unit.movedInOn) })}`
                            : ""}
                          {unit.movedOutOn ? ` – ${format.date(unit.movedOutOn)}` : ""}
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </Card>
              <BalancesCard phone={known.phone} />
              <InvoicesCard phone={known.phone} />
              <RefundsCard />
              <SavedCards />
              <ContactCard person={known} />
            </>
          )}
        </Loaded>
        {(facilities.data?.items ?? []).map((facility) => (
          <Card key={facility.code} title={facility.name}>
            <p className={classes.soft}>
              {t(Object.values(facility.contact).some(Boolean) ? "portal.turnTo" : "portal.noContact")}
            </p>
            <Facts
              // What the landlord has not filled in is not shown as missing to those who cannot fill it in.
              rows={(
                [
                  [
                    t("contact.phone"),
                    facility.contact.phone && (
                      <Anchor href={`tel:${facility.contact.phone}`} inherit>
                        {writtenPhone(facility.contact.phone, language)}
                      </Anchor>
                    ),
                  ],
                  [
                    t("contact.email"),
                    facility.contact.email && (
                      <Anchor href={`mailto:${facility.contact.email}`} inherit>
                        {facility.contact.email}
                      </Anchor>
                    ),
                  ],
                  [t("contact.visitingAddress"), facility.contact.visitingAddress],
                  [t("contact.hours"), facility.contact.hours],
                ] as const
              ).filter((row) => row[1])}
            />
          </Card>
        ))}
        <PasswordCard />
        <SignInsCard />
        <LooksCard />
      </main>
    </div>
  );
}

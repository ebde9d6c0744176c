import { IconDoorExit } from "@tabler/icons-react";
import { useMemo } from "react";
import type { Facility, Login, Person } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { useText } from "../../i18n/text";
import { LoginBadge } from "../../parts/LoginBadge";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import classes from "./peopleColumns.module.css";

/** The logins of a person where the user works; all of them when no facility is chosen. */
export function loginsOf(person: Person, facilityId: string | undefined): Login[] {
  return person.logins.filter((login) => !facilityId || login.facilityId === facilityId);
}

/** The units a person lives on now, or lived on when they have left them all. */
export function unitCodes(person: Person, facilityId: string | undefined): string {
  const here = person.units.filter((unit) => !facilityId || unit.facilityId === facilityId);
  const current = here.filter((unit) => !unit.movedOutOn);
  return (current.length > 0 ? current : here).map((unit) => unit.code).join(", ");
}

/** Whether somebody has lived here and has left every home. */
export function hasMovedOut(person: Person): boolean {
  return person.units.length > 0 && person.units.every((unit) => unit.movedOutOn);
}

export function usePeopleColumns(
  facility: Facility | undefined,
  now: Date,
  hasDepartments: boolean,
): Column<Person>[] {
  const { t, format, language } = useText();
  return useMemo<Column<Person>[]>(
    () => [
      {
        id: "name",
        exported: ["givenName", "familyName"],
        title: t("person.name"),
        width: 230,
        text: (person) => person.name,
        show: (person) => (
          <span className={classes.name}>
            <strong>{person.name}</strong>
            {hasMovedOut(person) && (
              <StateBadge tone="mute" icon={IconDoorExit}>
                {t("person.movedOut")}
              </StateBadge>
            )}
          </span>
        ),
      },
      {
        id: "units",
        exported: ["unitCode"],
        title: t("person.units"),
        width: 100,
        text: (person) => unitCodes(person, facility?.id),
      },
      {
        id: "login",
        exported: ["loginState"],
        title: t("person.login"),
        width: 245,
        text: (person) => {
          const login = loginsOf(person, facility?.id)[0];
          return login ? t(`login.state.${login.state}`) : t("login.none");
        },
        show: (person) => <LoginBadge login={loginsOf(person, facility?.id)[0]} now={now} />,
      },
      {
        id: "phone",
        exported: ["phone"],
        title: t("contact.phone"),
        width: 150,
        text: (person) => (person.phone ? writtenPhone(person.phone, language) : ""),
      },
      {
        id: "email",
        exported: ["email"],
        title: t("contact.email"),
        width: 230,
        text: (person) => person.email ?? "",
      },
      {
        id: "username",
        exported: ["username"],
        title: t("signIn.username"),
        width: 140,
        hidden: true,
        text: (person) =>
          loginsOf(person, facility?.id)
            .map((login) => login.username)
            .join(", "),
      },
      {
        id: "lastSignIn",
        exported: ["lastSignInAt"],
        title: t("login.lastSignIn"),
        width: 150,
        hidden: true,
        text: (person) => {
          const at = loginsOf(person, facility?.id)[0]?.lastSignInAt;
          return at ? format.dateTime(at) : "";
        },
        sortBy: (person) => loginsOf(person, facility?.id)[0]?.lastSignInAt ?? "",
      },
      ...(hasDepartments
        ? [
            {
              id: "department",
              exported: ["department"],
              title: t("person.department"),
              width: 160,
              text: (person: Person) => person.departmentName ?? "",
            },
            {
              id: "staffNumber",
              exported: ["staffNumber"],
              title: t("person.staffNumber"),
              width: 140,
              hidden: true,
              text: (person: Person) => person.staffNumber ?? "",
            },
          ]
        : []),
      {
        id: "city",
        exported: ["city"],
        title: t("address.city"),
        width: 130,
        hidden: true,
        text: (person) => person.city ?? "",
      },
      {
        id: "createdAt",
        exported: ["createdAt"],
        title: t("person.createdAt"),
        width: 120,
        hidden: true,
        text: (person) => format.date(person.createdAt),
        sortBy: (person) => person.createdAt,
      },
    ],
    [t, format, language, facility, now, hasDepartments],
  );
}

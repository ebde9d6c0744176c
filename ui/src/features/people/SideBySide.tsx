import { Table } from "@mantine/core";
import type { Person } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { useText } from "../../i18n/text";
import { same } from "../../parts/changes";
import { unitCodes } from "./peopleColumns";
import classes from "./SideBySide.module.css";

/** Two records beside each other: what differs stands out. */
export function SideBySide({ kept, gone }: { kept: Person; gone: Person }) {
  const { t, format, language } = useText();
  const rows: [string, (person: Person) => string][] = [
    [t("person.name"), (person) => person.name],
    [t("contact.phone"), (person) => (person.phone ? writtenPhone(person.phone, language) : "")],
    [t("contact.email"), (person) => person.email ?? ""],
    [
      t("person.address"),
      (person) => [person.street, person.postalCode, person.city].filter(Boolean).join(" "),
    ],
    [t("person.personalNumber"), (person) => person.personalNumber?.masked ?? ""],
    [t("person.units"), (person) => unitCodes(person, undefined)],
    [t("person.logins"), (person) => person.logins.map((login) => login.username).join(", ")],
    [t("person.createdAt"), (person) => format.date(person.createdAt)],
  ];
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Td />
          <Table.Th>{t("merge.kept")}</Table.Th>
          <Table.Th>{t("merge.gone")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([title, value]) => (
          <Table.Tr key={title}>
            <Table.Th scope="row">{title}</Table.Th>
            <Table.Td>{value(kept) || "–"}</Table.Td>
            <Table.Td className={same(value(kept), value(gone)) ? undefined : classes.differs}>
              {value(gone) || "–"}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

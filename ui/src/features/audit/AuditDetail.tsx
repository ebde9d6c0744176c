import { Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AuditRow } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { LANGUAGE_NAMES, type Text, useText } from "../../i18n/text";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import classes from "./AuditDetail.module.css";
import { subjectName, subjectPlace } from "./auditSubject";
import { differences } from "./differences";

/** One event in full: what was before, what was after. */
export function AuditDetail({ row }: { row: AuditRow }) {
  const text = useText();
  const { t, word } = text;
  const place = subjectPlace(row);
  const changed = differences(row.before, row.after);
  return (
    <>
      <Facts
        rows={[
          [
            t("audit.subject"),
            <span key="subject">
              {[word("subject", row.subjectKind), subjectName(row)].filter(Boolean).join(" · ")}{" "}
              {place && <Link {...(place as { to: string })}>{t("audit.openSubject")}</Link>}
            </span>,
          ],
          [t("audit.origin"), row.origin],
          row.reason ? [t("consent.reason"), row.reason] : undefined,
          [t("audit.code"), <code key="code">{row.action}</code>],
          [t("audit.correlation"), <code key="correlation">{row.correlation}</code>],
          [t("audit.hash"), <code key="hash">{row.hash.slice(0, 24)}</code>],
        ]}
      />
      {changed.length > 0 && (
        <Section title={t("audit.changes")}>
          <Table verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("conflict.field")}</Table.Th>
                <Table.Th>{t("audit.before")}</Table.Th>
                <Table.Th>{t("audit.after")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changed.map(({ field, before, after }) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row">{word("auditField", field)}</Table.Th>
                  <Table.Td className={classes.before}>{inWords(field, before, text) || "–"}</Table.Td>
                  <Table.Td className={classes.after}>{inWords(field, after, text) || "–"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
      )}
    </>
  );
}

/** A value of the log as it is written elsewhere on screen; what is no word of ours stands as it was. */
function inWords(field: string, value: string, { t, format, language }: Text): string {
  if (value === "true") return t("filter.yes");
  if (value === "false") return t("filter.no");
  if (field === "language") return (LANGUAGE_NAMES as Record<string, string>)[value] ?? value;
  if (field === "phone") return writtenPhone(value, language);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? format.date(value) : value;
}

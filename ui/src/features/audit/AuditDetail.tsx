import { Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { Facts } from "../../parts/Facts";
import { differences } from "../../parts/history/differences";
import { fieldWords, originWords, reasonWords, Value } from "../../parts/history/historyWords";
import { Section } from "../../parts/Section";
import classes from "./AuditDetail.module.css";
import { SubjectName, subjectPlace } from "./auditSubject";

/** One event in full: what was before, what was after. */
export function AuditDetail({ row }: { row: AuditRow }) {
  const text = useText();
  const { t } = text;
  const place = subjectPlace(row);
  const changed = differences(row.before, row.after);
  const reason = reasonWords(row, text);
  return (
    <>
      <Facts
        rows={[
          [
            t("audit.subject"),
            <span key="subject">
              <SubjectName row={row} />{" "}
              {place && <Link {...(place as { to: string })}>{t("audit.openSubject")}</Link>}
            </span>,
          ],
          [t("audit.origin"), originWords(row.origin, text)],
          reason ? [t("consent.reason"), reason] : undefined,
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
              {changed.map(({ path, before, after }) => (
                <Table.Tr key={path}>
                  <Table.Th scope="row">{fieldWords(path, text)}</Table.Th>
                  <Table.Td className={classes.before}>
                    <Value path={path} value={before} />
                  </Table.Td>
                  <Table.Td className={classes.after}>
                    <Value path={path} value={after} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
      )}
    </>
  );
}

import { Table } from "@mantine/core";
import { api } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Loaded } from "../../parts/Loaded";
import { StateBadge } from "../../parts/StateBadge";

/** Erasing a person: first exactly what goes and what the law keeps, then a reason and a typed word. */
export function ErasureDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t, word, format } = useText();
  const preview = api.useQuery("get", "/persons/{id}/erasure", { params: { path: { id: person.id } } });
  const erase = api.useMutation("post", "/persons/{id}/erasure");
  return (
    <ConsentDialog
      title={t("erasure.title", { name: person.name })}
      confirm={t("erasure.confirm")}
      danger
      reason
      typed={t("erasure.word")}
      size="lg"
      onClose={onClose}
      onConfirm={(reason) => erase.mutateAsync({ params: { path: { id: person.id } }, body: { reason } })}
    >
      <p style={{ margin: 0 }}>{t("erasure.words")}</p>
      <Loaded query={preview}>
        {({ items }) => (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("erasure.field")}</Table.Th>
                <Table.Th>{t("erasure.outcome")}</Table.Th>
                <Table.Th>{t("erasure.reason")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((row) => (
                <Table.Tr key={row.field}>
                  <Table.Td>
                    {word("erasure.part", row.field)} {row.count > 1 && `(${format.number(row.count)})`}
                  </Table.Td>
                  <Table.Td>
                    {row.count === 0 ? (
                      t("erasure.nothing")
                    ) : (
                      <StateBadge tone={row.outcome === "erased" ? "bad" : "mute"}>
                        {t(`erasure.${row.outcome}`)}
                      </StateBadge>
                    )}
                  </Table.Td>
                  <Table.Td>{row.count > 0 && row.reason ? word("erasure.why", row.reason) : ""}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
    </ConsentDialog>
  );
}

import { Button, Table } from "@mantine/core";
import { IconCheck, IconPrinter } from "@tabler/icons-react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { Scroll } from "../../parts/Scroll";
import classes from "./RolesPage.module.css";

/** Who may do what, to read and to print. */
export function RolesPage() {
  const { t, word } = useText();
  const roles = api.useQuery("get", "/roles", {});
  return (
    <>
      <PageHeader
        title={t("roles.title")}
        subtitle={t("roles.words")}
        actions={
          <Button
            variant="default"
            leftSection={<IconPrinter size={16} />}
            data-no-print
            onClick={() => window.print()}
          >
            {t("recovery.print")}
          </Button>
        }
      />
      <Loaded query={roles}>
        {({ roles: columns, permissions }) => (
          <Card>
            <Scroll label={t("roles.title")}>
              <Table striped verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th className={classes.permission}>{t("roles.permission")}</Table.Th>
                    {columns.map(({ role }) => (
                      <Table.Th key={role} className={classes.role}>
                        <span>{word("role", role)}</span>
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {permissions.map((permission) => (
                    <Table.Tr key={permission}>
                      <Table.Th scope="row" className={classes.permission}>
                        {word("permission", permission)}
                      </Table.Th>
                      {columns.map(({ role, permissions: held }) => (
                        <Table.Td key={role} style={{ textAlign: "center" }}>
                          {held.includes(permission) ? (
                            <IconCheck size={18} role="img" aria-label={t("roles.may")} />
                          ) : (
                            <span role="img" aria-label={t("roles.mayNot")}>
                              –
                            </span>
                          )}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scroll>
          </Card>
        )}
      </Loaded>
    </>
  );
}

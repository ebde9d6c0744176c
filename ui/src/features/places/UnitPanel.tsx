import { Button } from "@mantine/core";
import { IconEdit, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Unit } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { UnitForm } from "./UnitForm";

/** What the form of a unit changes, and its history puts back. */
const RESTORED = ["code", "kind", "section"] as const satisfies readonly (keyof Unit)[];

export function UnitPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useText();
  const query = api.useQuery("get", "/units/{id}", { params: { path: { id } } });
  const remove = api.useMutation("delete", "/units/{id}");
  const change = api.useMutation("patch", "/units/{id}");
  const me = useMe();
  const { facilities } = useFacilityChoice();
  const [layer, setLayer] = useState<"edit" | "remove">();
  const unit = query.data;
  const facility = facilities.find((each) => each.id === unit?.facilityId);
  if (!unit) return <LoadingPanel query={query} onClose={onClose} />;
  return (
    <DetailPanel
      title={unit.code}
      subtitle={facility?.name}
      onClose={onClose}
      actions={
        <Allowed to="change_facility">
          <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setLayer("edit")}>
            {t("action.edit")}
          </Button>
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={16} />}
            disabled={unit.tenants.length > 0}
            title={unit.tenants.length > 0 ? t("unit.occupied") : undefined}
            onClick={() => setLayer("remove")}
          >
            {t("action.remove")}
          </Button>
        </Allowed>
      }
    >
      <Facts
        rows={[
          [t("unit.kind"), t(`unit.kind.${unit.kind}`)],
          [t("unit.section"), unit.section],
        ]}
      />
      <Section title={t("unit.tenants")}>
        {unit.tenants.length === 0 ? (
          <p>{t("unit.vacant")}</p>
        ) : (
          <ul style={{ margin: 0, padding: 0, listStyle: "none", display: "grid", gap: 4 }}>
            {unit.tenants.map(({ personId, name }, place) => (
              <li key={personId ?? place}>
                {personId ? (
                  <Link to="/people" search={{ open: personId }}>
                    {name}
                  </Link>
                ) : (
                  t("person.protected")
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <RecordHistory
        id={unit.id}
        restoring={
          can(me, "change_facility")
            ? {
                view: unit,
                fields: RESTORED,
                save: (view, patch) =>
                  change.mutateAsync({ params: { path: { id } }, headers: ifMatch(view), body: patch }),
              }
            : undefined
        }
      />
      {facility && (
        <UnitForm
          facility={facility}
          unit={unit}
          opened={layer === "edit"}
          onClose={() => setLayer(undefined)}
        />
      )}
      {layer === "remove" && (
        <ConsentDialog
          title={t("unit.removeTitle", { code: unit.code })}
          confirm={t("action.remove")}
          danger
          onClose={() => setLayer(undefined)}
          onConfirm={async () => {
            await remove.mutateAsync({ params: { path: { id } }, headers: ifMatch(unit) });
            onClose();
          }}
        >
          <p style={{ margin: 0 }}>{t("unit.removeWords")}</p>
        </ConsentDialog>
      )}
    </DetailPanel>
  );
}

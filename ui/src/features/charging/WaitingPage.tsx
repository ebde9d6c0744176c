import { IconDoorEnter, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChargePoint, WaitingChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { EmptyState } from "../../parts/EmptyState";
import { LocalAddressNotice } from "../../parts/LocalAddressNotice";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { ChargePointForm } from "./ChargePointForm";
import { KeyDialog } from "./KeyDialog";

/** Charge points that call and belong nowhere yet: each is adopted or sent away. */
export function WaitingPage() {
  const { t, format } = useText();
  const now = useNow();
  const navigate = useNavigate();
  const { facility, facilities } = useFacilityChoice();
  const here = facility ?? facilities[0];
  const waiting = api.useQuery("get", "/waiting-charge-points", {}, { refetchInterval: 30_000 });
  const address = api.useQuery("get", "/charging-address", {});
  const dismiss = api.useMutation("delete", "/waiting-charge-points/{identity}");
  const [adopting, setAdopting] = useState<WaitingChargePoint>();
  const [leaving, setLeaving] = useState<WaitingChargePoint>();
  const [adopted, setAdopted] = useState<ChargePoint>();

  const columns: Column<WaitingChargePoint>[] = [
    {
      id: "identity",
      title: t("charging.identity"),
      width: 190,
      text: ({ identity }) => identity,
      show: ({ identity }) => <strong style={{ fontWeight: 600 }}>{identity}</strong>,
    },
    {
      id: "model",
      title: t("charging.model"),
      width: 190,
      text: ({ vendor, model }) => [vendor, model].filter(Boolean).join(" "),
    },
    {
      id: "serialNumber",
      title: t("charging.serialNumber"),
      width: 150,
      text: ({ serialNumber }) => serialNumber ?? "",
    },
    {
      id: "lastSeenAt",
      title: t("waiting.lastSeen"),
      width: 160,
      text: ({ lastSeenAt }) => format.ago(lastSeenAt, now),
      sortBy: ({ lastSeenAt }) => lastSeenAt,
    },
    {
      id: "attempts",
      title: t("waiting.attempts"),
      width: 100,
      align: "end",
      text: ({ attempts }) => format.number(attempts),
      sortBy: ({ attempts }) => attempts,
    },
    {
      id: "remoteAddress",
      title: t("charging.remoteAddress"),
      width: 150,
      text: ({ remoteAddress }) => remoteAddress ?? "",
    },
    {
      id: "credential",
      title: t("key.one"),
      width: 170,
      text: ({ presentedCredential }) =>
        presentedCredential ? t("waiting.brings") : t("waiting.bringsNothing"),
      show: ({ presentedCredential }) =>
        presentedCredential ? (
          <StateBadge tone="warn">{t("waiting.brings")}</StateBadge>
        ) : (
          t("waiting.bringsNothing")
        ),
    },
  ];
  return (
    <>
      <PageHeader title={t("waiting.title")} subtitle={t("waiting.words")} />
      <LocalAddressNotice address={address.data?.url} />
      <DataTable
        name="waiting"
        label={t("waiting.title")}
        columns={columns}
        list={listedWhole(waiting)}
        rowId={({ identity }) => identity}
        openId={adopting?.identity}
        onOpen={setAdopting}
        count={(count) => t("waiting.rows", { count })}
        rowActions={(row) => [
          { label: t("waiting.adopt"), icon: IconDoorEnter, run: () => setAdopting(row) },
          { label: t("waiting.dismiss"), icon: IconTrash, run: () => setLeaving(row) },
        ]}
        empty={
          <EmptyState icon={IconDoorEnter} title={t("waiting.emptyTitle")}>
            {t("waiting.emptyWords", { url: address.data?.url ?? "" })}
          </EmptyState>
        }
      />
      {here && adopting && (
        <ChargePointForm
          facilityId={here.id}
          waiting={adopting}
          opened
          onClose={() => setAdopting(undefined)}
          onSaved={setAdopted}
        />
      )}
      {adopted && (
        <KeyDialog
          point={adopted}
          onClose={() => void navigate({ to: "/charge-points", search: { open: adopted.id } as never })}
        />
      )}
      {leaving && (
        <ConsentDialog
          title={t("waiting.dismissTitle", { identity: leaving.identity })}
          confirm={t("waiting.dismiss")}
          onClose={() => setLeaving(undefined)}
          onConfirm={() => dismiss.mutateAsync({ params: { path: { identity: leaving.identity } } })}
        >
          <p style={{ margin: 0 }}>{t("waiting.dismissWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}

import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconExternalLink, IconFileImport, IconPlus, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";
import { DiscardDraft } from "./DiscardDraft";

const TONES: Record<ImportBatch["state"], Tone> = {
  draft: "calm",
  committing: "calm",
  committed: "good",
  undone: "mute",
  interrupted: "bad",
};

/** Every file that was read, with what came of it. */
export function ImportsPage() {
  const { t, format } = useText();
  const navigate = useNavigate();
  const addressOf = useAddress();
  const imports = api.useQuery("get", "/imports", {});
  const { facility, facilities } = useFacilityChoice();
  const [discarding, setDiscarding] = useState<ImportBatch>();
  const rows = (imports.data?.items ?? []).filter((batch) => !facility || batch.facilityId === facility.id);
  const open = (batch: ImportBatch) =>
    void navigate({ to: "/imports/$importId", params: { importId: batch.id } });
  useHotkeys([["mod+N", () => void navigate({ to: "/imports/new" })]]);
  const columns: Column<ImportBatch>[] = [
    {
      id: "file",
      title: t("import.file"),
      width: 240,
      text: (batch) => batch.fileName,
      show: (batch) => <strong style={{ fontWeight: 600 }}>{batch.fileName}</strong>,
    },
    {
      id: "state",
      title: t("import.state"),
      width: 130,
      text: (batch) => t(`import.state.${batch.state}`),
      show: (batch) => <StateBadge tone={TONES[batch.state]}>{t(`import.state.${batch.state}`)}</StateBadge>,
    },
    {
      id: "created",
      title: t("import.createdAt"),
      width: 150,
      text: (batch) => format.dateTime(batch.createdAt),
      sortBy: (batch) => batch.createdAt,
    },
    {
      id: "facility",
      title: t("facility.one"),
      width: 170,
      text: (batch) => facilities.find(({ id }) => id === batch.facilityId)?.name ?? "",
    },
    {
      id: "new",
      title: t("import.count.create"),
      width: 130,
      align: "end",
      text: (batch) => format.number(batch.counts.create),
      sortBy: (batch) => batch.counts.create,
    },
    {
      id: "changed",
      title: t("import.count.update"),
      width: 150,
      align: "end",
      text: (batch) => format.number(batch.counts.update),
      sortBy: (batch) => batch.counts.update,
    },
    {
      id: "faults",
      title: t("import.fault"),
      width: 70,
      align: "end",
      text: (batch) => format.number(batch.faultCount),
      sortBy: (batch) => batch.faultCount,
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.imports")}
        subtitle={t("imports.words")}
        actions={
          <Button component={Link} to="/imports/new" leftSection={<IconPlus size={16} />} title="Ctrl+N">
            {t("import.new")}
          </Button>
        }
      />
      <DataTable
        name="imports"
        label={t("room.imports")}
        columns={columns}
        list={listedWhole(imports, rows)}
        rowId={(batch) => batch.id}
        onOpen={open}
        address={(batch) => addressOf({ to: `/imports/${batch.id}` })}
        rowActions={(batch) => [
          { label: t("action.open"), icon: IconExternalLink, run: () => open(batch) },
          {
            label: t("import.discard"),
            icon: IconTrash,
            disabledReason: batch.state === "draft" ? undefined : t("import.notADraft"),
            run: () => setDiscarding(batch),
          },
        ]}
        count={(count) => t("import.fileCount", { count })}
        empty={
          <EmptyState
            icon={IconFileImport}
            title={t("imports.emptyTitle")}
            action={
              <Button component={Link} to="/imports/new">
                {t("import.new")}
              </Button>
            }
          >
            {t("imports.emptyWords")}
          </EmptyState>
        }
      />
      {discarding && <DiscardDraft batch={discarding} onClose={() => setDiscarding(undefined)} />}
    </>
  );
}

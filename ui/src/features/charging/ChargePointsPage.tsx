import { Button, Group } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChargingPile, IconDoorEnter, IconPlus, IconSitemap } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChargePoint, Facility, Shown } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { Loaded } from "../../parts/Loaded";
import { isLocalAddress } from "../../parts/localAddress";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { ChargePointForm } from "./ChargePointForm";
import { ChargePointPanel, type PointLayer } from "./ChargePointPanel";
import classes from "./ChargePointsPage.module.css";
import { ChargingTree, type TreePlace } from "./ChargingTree";
import { CircuitForm } from "./CircuitForm";
import { CircuitPanel } from "./CircuitPanel";
import { STATE_ORDER } from "./shownState";
import { stateCounts, treeRows } from "./treeRows";
import { useTree } from "./useTree";

export interface ChargePointsSearch {
  q?: string;
  shown?: string;
  /** A charge point. */
  open?: string;
  /** A circuit of the chosen facility. */
  circuit?: string;
  create?: string;
}

/** The charge points of a facility on the tree of its circuits, with how each is now. */
export function ChargePointsPage({
  search,
  onSearch,
}: {
  search: ChargePointsSearch;
  onSearch: (search: ChargePointsSearch) => void;
}) {
  const { t } = useText();
  const me = useMe();
  const now = useNow();
  const { facility, facilities } = useFacilityChoice();
  // Of all facilities the first is the one that new things are put into, unless one is chosen.
  const shownFacilities = facility ? [facility] : facilities;
  const here = facility ?? facilities[0];
  const tree = useTree(here?.id);
  const [adding, setAdding] = useState(false);
  const [first, setFirst] = useState<PointLayer>();
  const manages = can(me, "manage_charging");
  const prepare = () => onSearch({ ...search, create: "1" });
  useHotkeys([["mod+N", () => manages && prepare()]]);

  const cut = { words: search.q ?? "", shown: STATE_ORDER.find((each) => each === search.shown) };
  const counts = stateCounts(tree.data?.chargePoints ?? []);
  const open = (place: TreePlace) => {
    setFirst(undefined);
    const { open: _, circuit: __, ...rest } = search;
    onSearch(place.kind === "point" ? { ...rest, open: place.id } : { ...rest, circuit: place.id });
  };
  const close = () => {
    setFirst(undefined);
    const { open: _, circuit: __, ...rest } = search;
    onSearch(rest);
  };
  const made = (point: ChargePoint | undefined) => {
    if (!point) return;
    setFirst("key");
    onSearch({ open: point.id });
  };
  const circuit = tree.data?.circuits.find(({ id }) => id === search.circuit);
  return (
    <>
      <PageHeader
        title={t("room.chargePoints")}
        subtitle={facility?.name ?? t("facility.all")}
        actions={
          <>
            {/* Whoever exports takes all of a facility: the search only points in the tree. */}
            <ExportMenu
              table="charge-points"
              address={(query) => `/exports/charge-points?${queryOf({ facilityId: facility?.id, ...query })}`}
            />
            {manages && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconSitemap size={16} />}
                  disabled={!here}
                  onClick={() => setAdding(true)}
                >
                  {t("circuit.new")}
                </Button>
                <Button
                  leftSection={<IconPlus size={16} />}
                  disabled={!here}
                  onClick={prepare}
                  title="Ctrl+N"
                >
                  {t("charging.prepare")}
                </Button>
              </>
            )}
          </>
        }
      />
      {manages && <WaitingNotice />}
      <FilterBar<Shown | "all">
        search={search.q}
        onSearch={(q) => onSearch({ ...search, q: q || undefined } as ChargePointsSearch)}
        searchLabel={t("charging.search")}
        onLeaveSearch={() => document.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus()}
        chipsLabel={t("charging.states")}
        chip={cut.shown ?? "all"}
        onChip={(chip) => {
          const { shown: _, ...rest } = search;
          onSearch(chip === "all" ? rest : { ...rest, shown: chip });
        }}
        chips={[
          { value: "all" as const, label: t("charging.all"), count: tree.data?.chargePoints.length },
          ...STATE_ORDER.filter((each) => counts.has(each) || each === cut.shown).map((each) => ({
            value: each,
            label: t(`charging.state.${each}`),
            count: counts.get(each) ?? 0,
          })),
        ]}
      />
      <Split
        list={
          <div className={classes.list}>
            {shownFacilities.map((each) => (
              <FacilityTree
                key={each.id}
                facility={each}
                cut={cut}
                open={search.open ?? search.circuit}
                now={now}
                onOpen={open}
                onClear={() => onSearch({})}
                onPrepare={manages ? prepare : undefined}
              />
            ))}
          </div>
        }
        detail={
          search.open ? (
            <ChargePointPanel
              key={`${search.open}-${first}`}
              id={search.open}
              first={first}
              onClose={close}
            />
          ) : (
            circuit &&
            tree.data && (
              <CircuitPanel
                key={circuit.id}
                circuit={circuit}
                tree={tree.data}
                now={now}
                onOpen={open}
                onClose={close}
              />
            )
          )
        }
      />
      {here && (
        <>
          <ChargePointForm
            facilityId={here.id}
            opened={search.create !== undefined}
            onClose={() => {
              const { create: _, ...rest } = search;
              onSearch(rest);
            }}
            onSaved={made}
          />
          <CircuitForm facilityId={here.id} opened={adding} onClose={() => setAdding(false)} />
        </>
      )}
    </>
  );
}

function FacilityTree({
  facility,
  cut,
  open,
  now,
  onOpen,
  onClear,
  onPrepare,
}: {
  facility: Facility;
  cut: { words: string; shown: Shown | undefined };
  open: string | undefined;
  now: Date;
  onOpen: (place: TreePlace) => void;
  onClear: () => void;
  onPrepare: (() => void) | undefined;
}) {
  const { t, format } = useText();
  const query = useTree(facility.id);
  const address = api.useQuery("get", "/charging-address", {});
  const url = address.data?.url ?? "";
  const isLocal = isLocalAddress(url);
  return (
    <Card
      title={facility.name}
      aside={query.data && t("charging.asOf", { time: format.time(query.data.at) })}
      flush
    >
      <Loaded query={query}>
        {(tree) => {
          if (tree.circuits.length === 0) {
            return (
              <EmptyState
                icon={IconChargingPile}
                title={t("charging.emptyTitle")}
                action={
                  <Group gap="xs" justify="center">
                    {isLocal && (
                      <Button component={Link} to="/settings/installation">
                        {t("address.change")}
                      </Button>
                    )}
                    {onPrepare && (
                      <Button variant={isLocal ? "default" : "filled"} onClick={onPrepare}>
                        {t("charging.prepare")}
                      </Button>
                    )}
                  </Group>
                }
              >
                {isLocal ? t("charging.emptyLocal", { url }) : t("charging.emptyWords", { url })}
              </EmptyState>
            );
          }
          if (treeRows(tree, new Set(), cut).length === 0) {
            return <NoResults icon={IconChargingPile} title={t("charging.noResults")} onClear={onClear} />;
          }
          return (
            <ChargingTree tree={tree} label={facility.name} cut={cut} open={open} now={now} onOpen={onOpen} />
          );
        }}
      </Loaded>
    </Card>
  );
}

function WaitingNotice() {
  const { t } = useText();
  const waiting = api.useQuery("get", "/waiting-charge-points", {});
  const count = waiting.data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <div className={classes.waiting} role="status">
      <IconDoorEnter size={18} aria-hidden="true" />
      <span className={classes.words}>{t("waiting.count", { count })}</span>
      <Button component={Link} to="/charge-points/waiting" size="compact-md">
        {t("waiting.open")}
      </Button>
    </div>
  );
}

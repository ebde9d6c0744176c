import { IconChargingPile, IconChevronRight, IconPlug, IconSitemap } from "@tabler/icons-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Shown, ChargingTree as Tree } from "../../api/views";
import { useText } from "../../i18n/text";
import { StateBadge } from "../../parts/StateBadge";
import classes from "./ChargingTree.module.css";
import { ConnectorBadge, PointBadge } from "./ShownBadge";
import { moment, STATE_ORDER, STATES } from "./shownState";
import { stepOf } from "./treeKeys";
import { type TreeCut, type TreeRow, treeRows } from "./treeRows";

export interface TreePlace {
  kind: "circuit" | "point";
  id: string;
}

/** What a circuit tells of the charge points on it; the rest is in their number. */
const TOLD: ReadonlySet<Shown> = new Set(["fault", "offline", "unknown", "charging"]);

/** A facility as a tree: arrows walk it, right and left open and close, Enter shows what it is about. */
export function ChargingTree({
  tree,
  label,
  cut,
  open,
  now,
  onOpen,
}: {
  tree: Tree;
  label: string;
  cut: TreeCut;
  open: string | undefined;
  now: Date;
  onOpen: (place: TreePlace) => void;
}) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const rows = treeRows(tree, turned, cut);
  const current = rows.find(({ key }) => key === at) ?? rows[0];

  useEffect(() => {
    // The list gets narrower when the panel opens beside it, and what was clicked may leave the screen.
    const chosen = open && list.current?.querySelector("[aria-selected=true]");
    if (chosen) chosen.scrollIntoView({ block: "nearest" });
  }, [open]);

  const turn = (key: string) =>
    setTurned((was) => {
      const next = new Set(was);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const show = (row: TreeRow) =>
    onOpen(
      row.kind === "circuit" ? { kind: "circuit", id: row.circuit.id } : { kind: "point", id: row.point.id },
    );
  const walk = (to: TreeRow | undefined) => {
    if (!to) return;
    setAt(to.key);
    list.current?.querySelector<HTMLElement>(`[data-key="${to.key}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent, row: TreeRow) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, rows, row);
    if (!step) return;
    event.preventDefault();
    if ("to" in step) walk(step.to);
    else if ("turn" in step) turn(step.turn);
    else show(row);
  };
  return (
    <div ref={list} className={classes.tree} role="tree" aria-label={label}>
      {rows.map((row) => (
        <div
          key={row.key}
          data-key={row.key}
          className={classes.row}
          style={{ "--level": row.level } as CSSProperties}
          role="treeitem"
          aria-level={row.level}
          aria-expanded={row.expanded}
          aria-selected={open !== undefined && row.kind !== "connector" && row.key.endsWith(open)}
          tabIndex={row === current ? 0 : -1}
          onFocus={() => setAt(row.key)}
          onKeyDown={(event) => onKey(event, row)}
          onClick={() => show(row)}
        >
          <RowWords row={row} now={now} onTurn={() => turn(row.key)} />
        </div>
      ))}
    </div>
  );
}

function RowWords({ row, now, onTurn }: { row: TreeRow; now: Date; onTurn: () => void }) {
  const { t, format } = useText();
  const chevron = (
    // Beside the keys of the tree, which say the same: a place for the pointer alone.
    <span
      className={classes.turn}
      data-open={row.expanded || undefined}
      aria-hidden="true"
      onClick={(event) => {
        if (row.expanded === undefined) return;
        event.stopPropagation();
        onTurn();
      }}
    >
      {row.expanded !== undefined && <IconChevronRight size={16} />}
    </span>
  );
  if (row.kind === "circuit") {
    const { circuit } = row;
    const count = (state: Shown) => circuit.counts.find(({ shown }) => shown === state)?.count ?? 0;
    const total = circuit.counts.reduce((sum, each) => sum + each.count, 0);
    return (
      <>
        <span className={classes.name}>
          {chevron}
          <IconSitemap size={18} stroke={1.7} aria-hidden="true" />
          <strong>{circuit.name}</strong>
        </span>
        <span className={classes.states}>
          {circuit.exceedsParent && <StateBadge tone="warn">{t("circuit.exceeds")}</StateBadge>}
          {STATE_ORDER.filter((shown) => TOLD.has(shown) && count(shown) > 0).map((shown) => (
            <StateBadge key={shown} tone={STATES[shown].tone} icon={STATES[shown].icon}>
              {format.number(count(shown))} {t(`charging.state.${shown}`)}
            </StateBadge>
          ))}
          {total > 0 && <span className={classes.total}>{t("charging.count", { count: total })}</span>}
        </span>
        <span className={classes.facts}>{fuseWords(circuit)}</span>
      </>
    );
  }
  if (row.kind === "point") {
    const { point } = row;
    const heard = point.contact?.heardAt;
    return (
      <>
        <span className={classes.name}>
          {chevron}
          <IconChargingPile size={18} stroke={1.7} aria-hidden="true" />
          <strong>{point.name}</strong>
        </span>
        <span className={classes.states}>
          <PointBadge point={point} now={now} />
        </span>
        <span className={classes.facts}>
          {heard && point.shown !== "offline" ? t("charging.asOf", { time: moment(heard, now, format) }) : ""}
        </span>
      </>
    );
  }
  const { connector } = row;
  return (
    <>
      <span className={classes.name}>
        {chevron}
        <IconPlug size={18} stroke={1.7} aria-hidden="true" />
        <span>{t("connector.one", { number: connector.number })}</span>
      </span>
      <span className={classes.states}>
        <ConnectorBadge connector={connector} />
      </span>
      <span className={classes.facts}>
        {t("charging.asOf", { time: moment(connector.heardAt, now, format) })}
      </span>
    </>
  );
}

/** "3 × 63 A". */
export function fuseWords({ phases, fuseA }: { phases: number; fuseA: number }): string {
  return `${phases} × ${fuseA} A`;
}

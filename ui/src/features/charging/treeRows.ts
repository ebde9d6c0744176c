// The tree of a facility as the rows that are on screen: circuits, charge points, connectors.
import type { ChargePoint, ChargingTree, CircuitInTree, Connector, Shown } from "../../api/views";

export type TreeRow = { key: string; level: number; expanded?: boolean } & (
  | { kind: "circuit"; circuit: CircuitInTree }
  | { kind: "point"; point: ChargePoint }
  | { kind: "connector"; point: ChargePoint; connector: Connector }
);

export interface TreeCut {
  /** What is typed: part of a name or an identity. */
  words: string;
  /** Only charge points in this state. */
  shown: Shown | undefined;
}

/**
 * The rows in the order of the screen. Circuits are open unless they were closed, charge points closed unless they
 * were opened; `turned` holds the keys of those that were turned. What is cut away takes its empty circuits along.
 */
export function treeRows(tree: ChargingTree, turned: ReadonlySet<string>, cut: TreeCut): TreeRow[] {
  const words = cut.words.trim().toLowerCase();
  const fits = (point: ChargePoint) =>
    (!cut.shown || point.shown === cut.shown) &&
    (!words || [point.name, point.identity].some((text) => text.toLowerCase().includes(words)));
  const cutting = words !== "" || cut.shown !== undefined;
  const points = tree.chargePoints.filter(fits);

  const below = (parent: string | null, level: number): TreeRow[] =>
    tree.circuits
      .filter((circuit) => (circuit.parentId ?? null) === parent)
      .flatMap((circuit): TreeRow[] => {
        const key = `circuit-${circuit.id}`;
        const inside = [
          ...points
            .filter((point) => point.circuitId === circuit.id)
            .flatMap((point) => ofPoint(point, level + 1, turned)),
          ...below(circuit.id, level + 1),
        ];
        if (cutting && inside.length === 0) return [];
        const expanded = !turned.has(key);
        const row: TreeRow = { kind: "circuit", key, level, circuit };
        if (inside.length === 0) return [row];
        return [{ ...row, expanded }, ...(expanded ? inside : [])];
      });
  return below(null, 1);
}

function ofPoint(point: ChargePoint, level: number, turned: ReadonlySet<string>): TreeRow[] {
  const key = `point-${point.id}`;
  const row: TreeRow = { kind: "point", key, level, point };
  if (point.connectors.length === 0) return [row];
  const expanded = turned.has(key);
  const connectors = point.connectors.map(
    (connector): TreeRow => ({
      kind: "connector",
      key: `connector-${point.id}-${connector.number}`,
      level: level + 1,
      point,
      connector,
    }),
  );
  return [{ ...row, expanded }, ...(expanded ? connectors : [])];
}

/** How many charge points are in each state. */
export function stateCounts(points: readonly ChargePoint[]): Map<Shown, number> {
  const counts = new Map<Shown, number>();
  for (const { shown } of points) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  return counts;
}

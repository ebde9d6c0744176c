import { expect, test } from "vitest";
import type { ChargePoint, ChargingTree, Shown } from "../../api/views";
import { stepOf } from "./treeKeys";
import { stateCounts, treeRows } from "./treeRows";

const point = (name: string, circuitId: string, shown: Shown, connectors: number[] = []) =>
  ({
    id: name,
    name,
    identity: `ID-${name}`,
    circuitId,
    shown,
    connectors: connectors.map((number) => ({ number, shown })),
  }) as unknown as ChargePoint;

const tree = {
  at: "2026-11-21T12:00:00Z",
  circuits: [
    { id: "g2", name: "G2", parentId: "main" },
    { id: "g1", name: "G1", parentId: "main" },
    { id: "main", name: "Main", parentId: null },
  ],
  chargePoints: [
    point("P-01", "g1", "charging", [1, 2]),
    point("P-02", "g1", "fault"),
    point("P-03", "main", "ready"),
  ],
} as unknown as ChargingTree;

const all = { words: "", shown: undefined };
const keys = (turned: string[], cut = all) =>
  treeRows(tree, new Set(turned), cut).map(({ key, level }) => `${level} ${key}`);

test("circuits are open, charge points closed, and connectors come when one is opened", () => {
  expect(keys([])).toEqual([
    "1 circuit-main",
    "2 point-P-03",
    "2 circuit-g2",
    "2 circuit-g1",
    "3 point-P-01",
    "3 point-P-02",
  ]);
  expect(keys(["point-P-01", "circuit-g2"])).toContain("4 connector-P-01-2");
  expect(keys(["circuit-main"])).toEqual(["1 circuit-main"]);
});

test("only what has something inside says whether it is open", () => {
  const rows = treeRows(tree, new Set(["circuit-g1"]), all);
  const expanded = Object.fromEntries(rows.map((row) => [row.key, row.expanded]));
  expect(expanded).toEqual({
    "circuit-main": true,
    "circuit-g2": undefined,
    "circuit-g1": false,
    "point-P-03": undefined,
  });
});

test("what is cut away takes its empty circuits along", () => {
  expect(keys([], { words: "", shown: "fault" as never })).toEqual([
    "1 circuit-main",
    "2 circuit-g1",
    "3 point-P-02",
  ]);
  expect(keys([], { words: " id-p-03 ", shown: undefined })).toEqual(["1 circuit-main", "2 point-P-03"]);
  expect(keys([], { words: "nothing", shown: undefined })).toEqual([]);
});

test("each state is counted", () => {
  expect([...stateCounts(tree.chargePoints)]).toEqual([
    ["charging", 1],
    ["fault", 1],
    ["ready", 1],
  ]);
});

test("arrows walk the tree, and right and left open, close and climb", () => {
  const rows = treeRows(tree, new Set(), all);
  const row = (key: string) => rows.find((each) => each.key === key) as (typeof rows)[number];
  const step = (key: string, from: string) => {
    const told = stepOf(key, rows, row(from));
    return told && "to" in told ? told.to?.key : told;
  };
  expect(step("ArrowDown", "circuit-main")).toBe("point-P-03");
  expect(step("ArrowUp", "circuit-main")).toBe(undefined);
  expect(step("End", "circuit-main")).toBe("point-P-02");
  expect(step("ArrowRight", "circuit-main")).toBe("point-P-03");
  expect(step("ArrowRight", "point-P-01")).toEqual({ turn: "point-P-01" });
  expect(step("ArrowRight", "point-P-03")).toBe(undefined);
  expect(step("ArrowLeft", "point-P-02")).toBe("circuit-g1");
  expect(step("ArrowLeft", "circuit-g1")).toEqual({ turn: "circuit-g1" });
  expect(step("Enter", "point-P-02")).toEqual({ show: true });
  expect(step("x", "point-P-02")).toBe(undefined);
});

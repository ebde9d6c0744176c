import { describe, expect, it } from "vitest";
import type { Facility, Organisation, TodoItem } from "../../api/views";
import { firstReal } from "../../shell/facilityChoice";
import { todoHere } from "./todoHere";

const REAL = { id: "o1", training: false } as Organisation;
const PRACTICE = { id: "o2", training: true } as Organisation;
const at = (id: string, organisationId: string) => ({ id, organisationId }) as Facility;
const FACILITIES = [at("f9", "o2"), at("f1", "o1"), at("f2", "o1")];
const ITEMS: TodoItem[] = [
  { kind: "login.not_issued", count: 4, facilityId: "f1" },
  { kind: "login.not_issued", count: 2, facilityId: "f2" },
  { kind: "login.not_issued", count: 40, facilityId: "f9" },
  { kind: "notice.failed", count: 1, facilityId: null },
  { kind: "notice.held", count: 0, facilityId: null },
];
const counted = (facility: Facility | undefined, organisation: Organisation) =>
  todoHere(ITEMS, { facility, facilities: FACILITIES, organisation }).map((item) => item.count);

describe("the work that waits", () => {
  it("is that of the chosen facility, and what belongs to none", () => {
    expect(counted(FACILITIES[1], REAL)).toEqual([4, 1]);
  });
  it("is that of all facilities of the organisation, never of the one to practise on", () => {
    expect(counted(undefined, REAL)).toEqual([4, 2, 1]);
    expect(counted(undefined, PRACTICE)).toEqual([40, 1]);
  });
});

describe("the place one begins at", () => {
  it("is a real one, where there is one", () => {
    expect(firstReal(FACILITIES, [PRACTICE, REAL])?.id).toBe("f1");
    expect(firstReal(FACILITIES.slice(0, 1), [PRACTICE, REAL])?.id).toBe("f9");
  });
});

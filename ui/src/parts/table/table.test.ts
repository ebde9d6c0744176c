import { describe, expect, it } from "vitest";
import type { Column } from "./column";
import { movedTo, stepped, wholeOrder } from "./columnOrder";
import { exportedColumns } from "./exportedColumns";
import { hostOrder, type PagedBy, readSort, sorted, sorterOf, toggleSort, writeSort } from "./sorting";

interface Tenant {
  name: string;
  city: string;
  at: string;
}
const COLUMNS: Column<Tenant>[] = [
  { id: "name", title: "Namn", text: ({ name }) => name },
  { id: "city", title: "Ort", text: ({ city }) => city },
  // As it is written in Norwegian, which does not sort.
  { id: "at", title: "Når", text: ({ at }) => at.split("-").reverse().join("."), sortBy: ({ at }) => at },
];
const swedish = new Intl.Collator("sv-SE", { numeric: true }).compare;

describe("a sorting", () => {
  it("is read from the address as it was written", () => {
    expect(writeSort(readSort("city,-name", COLUMNS))).toBe("city,-name");
    expect(writeSort([])).toBeUndefined();
  });
  it("passes by columns that are not there, and the second of one column", () => {
    expect(readSort("-gone,name,-name,", COLUMNS)).toEqual([{ column: "name", descending: false }]);
  });
  it("goes up, down and away with each click", () => {
    const up = toggleSort([], "name", false);
    const down = toggleSort(up, "name", false);
    expect([writeSort(up), writeSort(down), writeSort(toggleSort(down, "name", false))]).toEqual([
      "name",
      "-name",
      undefined,
    ]);
  });
  it("keeps the other columns when one is added, and their places when one turns", () => {
    const both = toggleSort(toggleSort([], "city", false), "name", true);
    expect(writeSort(both)).toBe("city,name");
    expect(writeSort(toggleSort(both, "city", true))).toBe("-city,name");
    expect(writeSort(toggleSort(both, "name", false))).toBe("-name");
  });
  it("goes by each column in turn, in the order of the language, and by the value behind the text", () => {
    const rows = [
      { name: "Östen", city: "Kalmar", at: "2026-02-01" },
      { name: "Åsa", city: "Kalmar", at: "2026-01-31" },
      { name: "Zlatan", city: "Avesta", at: "2025-12-24" },
    ];
    const names = (sort: string) =>
      sorted(rows, readSort(sort, COLUMNS), COLUMNS, swedish).map(({ name }) => name);
    expect(names("city,name")).toEqual(["Zlatan", "Åsa", "Östen"]);
    expect(names("-city,-name")).toEqual(["Östen", "Åsa", "Zlatan"]);
    expect(names("at")).toEqual(["Zlatan", "Åsa", "Östen"]);
  });
});

describe("who sorts", () => {
  const byTime: PagedBy = { column: "at", descending: true, reversible: true };
  const byName: PagedBy = { column: "name", descending: false, reversible: false };
  const short = { hasMore: true, total: 300, exact: true };
  const long = { hasMore: true, total: 10_000, exact: false };
  const by = (sort: string) => readSort(sort, COLUMNS);
  it("is the host, for the order it pages in", () => {
    expect(sorterOf(by("name"), long, byName)).toBe("host");
    expect(sorterOf(by("at"), long, byTime)).toBe("host");
  });
  it("is the page once a short list is whole", () => {
    expect(sorterOf(by("-name"), short, byName)).toBe("when_whole");
    expect(sorterOf(by("-name"), { ...short, hasMore: false }, byName)).toBe("here");
    expect(sorterOf(by("name,city"), short, byName)).toBe("when_whole");
  });
  it("is nobody for a list too long to fetch, which is said instead", () => {
    expect(sorterOf(by("-name"), long, byName)).toBe("too_long");
    expect(sorterOf(by("city"), { hasMore: true, total: undefined, exact: false }, byName)).toBe("too_long");
  });
  it("asks the host for the other end only", () => {
    expect(["at", "-at", "name", "at,name"].map((sort) => hostOrder(by(sort), byTime))).toEqual([
      "oldest",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the order of columns", () => {
  it("keeps what was put in order, and takes in what is new", () => {
    expect(wholeOrder(["at", "gone", "name"], COLUMNS)).toEqual(["at", "name", "city"]);
  });
  it("makes room where a column is dropped, from either side", () => {
    expect(movedTo(["a", "b", "c", "d"], "a", "c")).toEqual(["b", "c", "a", "d"]);
    expect(movedTo(["a", "b", "c", "d"], "d", "b")).toEqual(["a", "d", "b", "c"]);
  });
  it("steps over hidden columns and stops at the ends", () => {
    expect(stepped(["a", "hidden", "b"], ["a", "b"], "a", 1)).toEqual(["hidden", "b", "a"]);
    expect(stepped(["a", "b"], ["a", "b"], "a", -1)).toEqual(["a", "b"]);
  });
});

describe("a file that shows what the list shows", () => {
  const column = (id: string, rest: Partial<Column<null>> = {}): Column<null> => ({
    id,
    title: id,
    text: () => "",
    ...rest,
  });
  const columns = [
    column("name", { exported: ["givenName", "familyName"] }),
    column("phone", { exported: ["phone"] }),
    column("city", { exported: ["city"], hidden: true }),
    column("menu"),
  ];
  it("has the columns that are shown, in their order, taken apart where the file does so", () => {
    expect(exportedColumns(columns, { hidden: {}, order: [] })).toEqual(["givenName", "familyName", "phone"]);
    expect(
      exportedColumns(columns, { hidden: { phone: false, city: true }, order: ["city", "name"] }),
    ).toEqual(["city", "givenName", "familyName"]);
  });
});

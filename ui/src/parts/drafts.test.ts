import { beforeEach, describe, expect, it } from "vitest";
import { draftKey, dropDrafts, keepDraft, readDraft } from "./drafts";

const NOON = new Date("2026-11-21T12:00:00Z");
const hoursLater = (hours: number) => new Date(NOON.getTime() + hours * 3_600_000);
const key = draftKey("u1", "person", "p1");

beforeEach(() => localStorage.clear());

describe("a draft", () => {
  it("gives back what was typed, and when", () => {
    keepDraft(key, { note: "Ring efter 17" }, NOON);
    expect(readDraft(key, hoursLater(1))).toEqual({
      at: NOON.toISOString(),
      values: { note: "Ring efter 17" },
    });
  });
  it("belongs to one user, one form and one record", () => {
    keepDraft(key, { note: "a" }, NOON);
    for (const other of [
      draftKey("u2", "person", "p1"),
      draftKey("u1", "unit", "p1"),
      draftKey("u1", "person", "p2"),
      draftKey("u1", "person", undefined),
    ])
      expect(readDraft(other, NOON)).toBeUndefined();
  });
  it("never holds a password or a personal number", () => {
    keepDraft(key, { note: "a", password: "hemligt", personalNumber: "198112189876" }, NOON);
    expect(localStorage.getItem(key)).not.toMatch(/hemligt|198112189876/);
    keepDraft(key, { currentPassword: "hemligt" }, NOON);
    expect(localStorage.getItem(key)).toBeNull();
  });
  it("is gone when everything typed was taken back", () => {
    keepDraft(key, { note: "a" }, NOON);
    keepDraft(key, {}, NOON);
    expect(readDraft(key, NOON)).toBeUndefined();
  });
  it("expires after a day", () => {
    keepDraft(key, { note: "a" }, NOON);
    expect(readDraft(key, hoursLater(23))).toBeDefined();
    expect(readDraft(key, hoursLater(24))).toBeUndefined();
    expect(localStorage.getItem(key)).toBeNull();
  });
  it("that cannot be read is no draft", () => {
    localStorage.setItem(key, "{");
    expect(readDraft(key, NOON)).toBeUndefined();
    localStorage.setItem(key, '{"at":"yesterday","values":{}}');
    expect(readDraft(key, NOON)).toBeUndefined();
  });
  it("does not outlive a sign-out, and an old one not the next start", () => {
    localStorage.setItem("stolpe.place", "/people");
    keepDraft(key, { note: "a" }, NOON);
    const later = draftKey("u1", "unit", undefined);
    keepDraft(later, { code: "A1" }, hoursLater(20));
    dropDrafts(hoursLater(30));
    expect(readDraft(key, NOON)).toBeUndefined();
    expect(readDraft(later, hoursLater(30))).toBeDefined();
    dropDrafts();
    expect(readDraft(later, hoursLater(20))).toBeUndefined();
    expect(localStorage.getItem("stolpe.place")).toBe("/people");
  });
});

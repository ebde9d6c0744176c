// Lists as a person arranges them: columns, sorting, filters, saved views, windows of their own; by mouse and by key.
import type { Locator, Page } from "@playwright/test";
import { onTheLine } from "./chargePointOnTheLine";
import { addPerson, expect, make, OWNER, place, test } from "./fixtures";

const PEOPLE = [
  { givenName: "Anna", familyName: "Andersson", city: "Kalmar" },
  { givenName: "Bo", familyName: "Bergström", city: "Avesta" },
  { givenName: "Åsa", familyName: "Öberg", city: "Kalmar" },
  { givenName: "Cia", familyName: "Dahl", city: "Avesta" },
];

test("columns are taken where one wants them, and stay there", async ({ desk: page, host }) => {
  await people(page, host.url);
  await page.goto(`${host.url}/admin/people`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(heads(grid)).toHaveText(["Namn", "Objekt", "Inloggning", "Telefon", "E-post"]);

  // By mouse: the head is dragged onto another.
  const phone = await middle(heads(grid).filter({ hasText: "Telefon" }));
  const units = await middle(heads(grid).filter({ hasText: "Objekt" }));
  await page.mouse.move(phone.x, phone.y);
  await page.mouse.down();
  await page.mouse.move(phone.x - 20, phone.y);
  await page.mouse.move(units.x, units.y, { steps: 4 });
  await page.mouse.up();
  const dragged = ["Namn", "Telefon", "Objekt", "Inloggning", "E-post"];
  await expect(heads(grid)).toHaveText(dragged);
  expect(new URL(page.url()).searchParams.has("sort"), "a drag is not a click").toBe(false);

  // By key: up to the heads, along them, and the column with them.
  await grid.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Control+ArrowRight");
  await expect(heads(grid)).toHaveText(["Telefon", "Namn", "Objekt", "Inloggning", "E-post"]);
  await expect(page.getByText("Namn är nu kolumn 2 av 5")).toBeAttached();
  const width = (await heads(grid).nth(1).boundingBox())?.width ?? 0;
  await page.keyboard.press("Shift+ArrowRight");
  await expect.poll(async () => (await heads(grid).nth(1).boundingBox())?.width).toBe(width + 16);

  // By buttons, for whoever can neither drag nor hold down two keys.
  await page.getByRole("button", { name: "Kolumner" }).click();
  const picker = page.getByRole("dialog", { name: "Kolumner" });
  await picker.getByRole("button", { name: "Flytta E-post tidigare" }).click();
  await picker.getByLabel("Postort").check();
  const arranged = ["Telefon", "Namn", "Objekt", "E-post", "Inloggning", "Postort"];
  await expect(heads(grid)).toHaveText(arranged);
  await page.reload();
  await expect(heads(grid)).toHaveText(arranged);

  await page.getByRole("button", { name: "Kolumner" }).click();
  await picker.getByRole("button", { name: "Återställ kolumnerna" }).click();
  await expect(heads(grid)).toHaveText(["Namn", "Objekt", "Inloggning", "Telefon", "E-post"]);
});

test("a list is sorted by several columns, by mouse and by key, and its address keeps it", async ({
  desk: page,
  host,
}) => {
  await people(page, host.url);
  await page.goto(`${host.url}/admin/people`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await page.getByRole("button", { name: "Kolumner" }).click();
  await page.getByRole("dialog", { name: "Kolumner" }).getByLabel("Postort").check();
  await page.keyboard.press("Escape");

  await heads(grid).filter({ hasText: "Postort" }).click();
  await heads(grid)
    .filter({ hasText: "Namn" })
    .click({ modifiers: ["Shift"] });
  await expect(names(grid)).toHaveText(["Bo Bergström", "Cia Dahl", "Anna Andersson", "Åsa Öberg"]);
  expect(new URL(page.url()).searchParams.get("sort")).toBe("city,name");
  await expect(heads(grid).filter({ hasText: "Postort" })).toHaveAttribute("aria-sort", "ascending");
  await page.reload();
  await expect(names(grid)).toHaveText(["Bo Bergström", "Cia Dahl", "Anna Andersson", "Åsa Öberg"]);

  // The same by key: the name alone, then turned round.
  await grid.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Shift+Enter");
  await expect(names(grid)).toHaveText(["Cia Dahl", "Bo Bergström", "Åsa Öberg", "Anna Andersson"]);
  await page.getByRole("button", { name: "Sorterat efter Postort, Namn" }).click();
  const picker = page.getByRole("dialog", { name: "Sortera" });
  await picker.getByRole("button", { name: "Sortera inte efter Postort" }).click();
  await expect(names(grid)).toHaveText(["Åsa Öberg", "Cia Dahl", "Bo Bergström", "Anna Andersson"]);
  await picker.getByRole("button", { name: "Ursprunglig ordning" }).click();
  await expect(names(grid).first()).toHaveText("Anna Andersson");
});

test("a list that is not here yet is fetched to be sorted, and one too long is said to be unsorted", async ({
  desk: page,
  host,
}) => {
  test.setTimeout(180_000);
  const take = async (from: number, until: number) => {
    const rows = Array.from({ length: until - from }, (_, n) => {
      const number = String(from + n).padStart(5, "0");
      // The towns run against the names, so that the list by town begins where the list by name ends.
      return `U${number};Per;Efternamn${number};Ort${99_999 - (from + n)}`;
    });
    await takeIn(page, host.url, ["Lgh;Förnamn;Efternamn;Ort", ...rows].join("\r\n"));
  };
  await take(0, 250);
  await page.goto(`${host.url}/admin/people?sort=city`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(names(grid).first()).toHaveText("Per Efternamn00249");
  await expect(page.getByText("250 personer", { exact: true })).toBeVisible();

  await take(250, 2_050);
  await page.reload();
  await expect(page.getByText(/^Listan är inte sorterad: .* visas efter Namn/)).toBeVisible();
  await expect(names(grid).first()).toHaveText("Per Efternamn00000");
  await page.goto(`${host.url}/admin/people?sort=name`);
  await expect(names(grid).first()).toHaveText("Per Efternamn00000");
  await expect(page.getByText(/^Listan är inte sorterad/)).toBeHidden();
});

test("the event log is cut by chips without a mouse, and the cut can be kept under a name", async ({
  desk: page,
  host,
}) => {
  await people(page, host.url);
  await page.goto(`${host.url}/admin/audit`);
  const grid = page.getByRole("grid", { name: "Händelselogg" });
  await expect(rows(grid).first()).toBeVisible();

  const add = page.getByRole("button", { name: "Lägg till filter" });
  await add.focus();
  await page.keyboard.press("Enter");
  const editor = page.getByRole("dialog", { name: "Lägg till filter" });
  await expect(editor.getByLabel("Fält")).toBeFocused();
  await page.keyboard.type("Händelse");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Person lades till");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveText(["Person lades till"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  // The owner came in with the setup, which nobody had signed in for.
  await expect(rows(grid)).toHaveCount(PEOPLE.length + 1);
  const chips = page.getByRole("group", { name: "Filter" });
  const chip = chips.getByRole("button", { name: "Händelse är Person lades till", exact: true });
  await expect(chip).toBeVisible();
  expect(new URL(page.url()).searchParams.get("where")).toBe("action:is:person.added");
  await expect(add).toBeFocused();

  // Who did it: chosen by name, then from the row itself.
  await page.keyboard.press("Enter");
  await expect(editor.getByLabel("Fält")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type("mari");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveText([
    `${OWNER.givenName} ${OWNER.familyName}`,
  ]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const actor = chips.getByRole("button", { name: "Vem är Maria Ek", exact: true });
  await expect(actor).toBeVisible();
  await expect(rows(grid)).toHaveCount(PEOPLE.length);

  // Kept, cleared, and opened again.
  await page.getByRole("button", { name: "Sparade urval" }).click();
  await page.getByLabel("Spara urvalet som").fill("Nya personer");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Nya personer" })).toBeVisible();
  await page.keyboard.press("Escape");
  await actor.focus();
  await page.keyboard.press("Delete");
  await expect(actor).toBeHidden();
  await expect(add).toBeFocused();
  await chip.focus();
  await page.keyboard.press("Delete");
  await expect(chip).toBeHidden();
  await expect(rows(grid)).not.toHaveCount(PEOPLE.length);
  await page.getByRole("button", { name: "Sparade urval" }).click();
  await page.getByRole("menuitem", { name: "Nya personer" }).click();
  await expect(chip).toBeVisible();
  await expect(actor).toBeVisible();

  // Changed where it stands: another period of time, and nothing is left of it.
  await page.goto(`${host.url}/admin/audit?where=at:during:lastMonth`);
  await expect(page.getByText("Inga händelser i urvalet")).toBeVisible();
  await chips.getByRole("button", { name: "När under förra månaden", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Värde").selectOption("i dag");
  await page.getByRole("button", { name: "Ändra", exact: true }).click();
  await expect(chips.getByRole("button", { name: "När under i dag", exact: true })).toBeVisible();
  await expect(rows(grid).first()).toBeVisible();

  // The oldest first, as the host gives them.
  await heads(grid).filter({ hasText: "När" }).click();
  await expect(rows(grid).first()).toContainText("Stolpe togs i bruk");
});

test("units, messages and tasks are cut by what their lists know", async ({ desk: page, host }) => {
  const { facility } = await place(page, host.url);
  await takeIn(page, host.url, ["Lgh;Förnamn;Efternamn", "A1001;Åsa;Öberg"].join("\r\n"));
  for (const [code, kind] of [
    ["P1", "parking_space"],
    ["A1002", "apartment"],
  ]) {
    await make(page, host.url, `/units?facilityId=${facility}`, { code, kind });
  }
  await page.goto(`${host.url}/admin/units?where=kind:is:apartment`);
  const units = page.getByRole("grid", { name: "Objekt" });
  await expect(rows(units)).toHaveCount(2);
  await page.goto(`${host.url}/admin/units?where=kind:is:apartment,occupied:is:false`);
  await expect(rows(units)).toHaveCount(1);
  await expect(rows(units)).toContainText("A1002");
  await expect(page.getByText("1 objekt", { exact: true })).toBeVisible();

  await page.goto(`${host.url}/admin/tasks`);
  const tasks = page.getByRole("grid", { name: "Uppgifter" });
  await expect(rows(tasks)).toHaveCount(1);
  await expect(rows(tasks)).toContainText("Import");
  await page.goto(`${host.url}/admin/tasks?where=state:is:failed`);
  await expect(page.getByText("Inga uppgifter i urvalet")).toBeVisible();

  await page.goto(`${host.url}/admin/notices?where=recipient:begins:nobody`);
  await expect(page.getByText("Inga utskick i urvalet")).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Rensa filtret" }).click();
  await expect(page.getByText("Inga utskick än")).toBeVisible();
});

test("a row opens in a window of its own", async ({ desk: page, host }) => {
  await people(page, host.url);
  await page.goto(`${host.url}/admin/people`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(names(grid).first()).toBeVisible();
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  const byKey = page.context().waitForEvent("page");
  await page.keyboard.press("Control+Enter");
  const apart = await byKey;
  await expect(apart.getByRole("heading", { level: 2, name: "Bo Bergström" })).toBeVisible();
  await expect(page.getByRole("complementary")).toHaveCount(0);

  const byMouse = page.context().waitForEvent("page");
  await names(grid).filter({ hasText: "Åsa Öberg" }).click({ button: "middle" });
  await expect((await byMouse).getByRole("heading", { level: 2, name: "Åsa Öberg" })).toBeVisible();

  // After a click the keys go on from that row.
  await names(grid).filter({ hasText: "Anna Andersson" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Anna Andersson" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "Bo Bergström" })).toBeVisible();

  await page.goto(`${host.url}/admin/audit`);
  const log = page.getByRole("grid", { name: "Händelselogg" });
  const byCommand = page.context().waitForEvent("page");
  await rows(log)
    .first()
    .click({ modifiers: ["Control"] });
  await expect((await byCommand).getByRole("heading", { level: 2 })).toBeVisible();
});

async function people(page: Page, url: string): Promise<void> {
  for (const person of PEOPLE) await addPerson(page, url, person);
}

/** Takes a list in through the API, and waits until it is in the register. */
async function takeIn(page: Page, url: string, list: string): Promise<void> {
  const { facility } = await place(page, url);
  const ask = (path: string) => page.request.get(`${url}/api/v1${path}`);
  const read = await page.request.post(`${url}/api/v1/imports?facilityId=${facility}&fileName=boende.csv`, {
    headers: { "X-Requested-With": "stolpe", "Idempotency-Key": crypto.randomUUID() },
    data: Buffer.from(list, "utf8"),
  });
  expect(read.ok(), await read.text()).toBe(true);
  const { id } = await read.json();
  await make(page, url, `/imports/${id}/commit`, {});
  await expect
    .poll(async () => (await (await ask(`/imports/${id}`)).json()).state, { timeout: 120_000 })
    .toBe("committed");
}

function heads(grid: Locator): Locator {
  return grid.getByRole("columnheader").filter({ hasText: /./ });
}

function rows(grid: Locator): Locator {
  return grid.getByRole("row").filter({ has: grid.page().getByRole("gridcell") });
}

/** The names in a list of people, from the top. */
function names(grid: Locator): Locator {
  return grid.getByRole("gridcell").filter({ has: grid.page().locator("strong") });
}

async function middle(of: Locator): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox();
  if (!box) throw new Error("it is not to be seen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("a saved filter is shared with everybody of the organisation, and taken away again", async ({
  desk: page,
  host,
}) => {
  await page.goto(`${host.url}/admin/people?view=no_login`);
  await page.getByRole("button", { name: "Sparade urval" }).click();
  await page.getByRole("textbox", { name: "Spara urvalet som" }).fill("Utan inloggning");
  await page.getByRole("checkbox", { name: "Dela med alla i Brf Ekbacken" }).check();
  await page.getByRole("button", { name: "Spara urval" }).click();
  await expect(page.getByText("Delas i Brf Ekbacken")).toBeVisible();
  await page.goto(`${host.url}/admin/people`);
  await page.getByRole("button", { name: "Sparade urval" }).click();
  await page.getByRole("menuitem", { name: /Utan inloggning/ }).click();
  await expect(page).toHaveURL(/view=no_login/);
  await page.getByRole("button", { name: "Ta bort Utan inloggning" }).click();
  await expect(page.getByText("Inga sparade urval än")).toBeVisible();
});

test("units and tenancies leave as files, in the columns of the list", async ({ desk: page, host }) => {
  const { facility } = await place(page, host.url);
  await make(page, host.url, `/units?facilityId=${facility}`, { code: "A1001", kind: "apartment" });
  await page.goto(`${host.url}/admin/units`);
  await expect(page.getByText("A1001")).toBeVisible();
  await page.keyboard.press("Control+e");
  const download = page.waitForEvent("download");
  await page
    .getByRole("menuitem", { name: /CSV för Excel/ })
    .first()
    .click();
  expect((await download).suggestedFilename()).toMatch(/^objekt-.*\.csv$/);
  await page.keyboard.press("Control+e");
  const tenancies = page.waitForEvent("download");
  await page
    .getByRole("menuitem", { name: /CSV för Excel/ })
    .last()
    .click();
  expect((await tenancies).suggestedFilename()).toMatch(/^hyresförhållanden-.*\.csv$/);
});

test("a row that is edited out of the filter stays until one leaves it", async ({ desk: page, host }) => {
  const person = await addPerson(page, host.url, { givenName: "Bo", familyName: "Ek" });
  await addPerson(page, host.url, { givenName: "Cia", familyName: "Dahl" });
  await page.goto(`${host.url}/admin/people?view=missing_email&open=${person.id}`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(grid.getByRole("row", { name: /Bo Ek/ })).toBeVisible();
  const panel = page.getByRole("complementary", { name: "Bo Ek" });
  await panel.getByRole("button", { name: "Ändra", exact: true }).click();
  const form = page.getByRole("dialog").filter({ has: page.getByLabel("Förnamn") });
  await form.getByLabel("E-post").fill("bo@example.se");
  await page.keyboard.press("Control+s");
  await expect(form).toBeHidden();
  const row = grid.getByRole("row", { name: /Bo Ek/ });
  await expect(row).toContainText("passar inte längre");
  await expect(page.getByText("1 person", { exact: true })).toBeVisible();
  await panel.getByRole("button", { name: "Stäng" }).click();
  await expect(row).toBeHidden();
  await expect(grid.getByRole("row", { name: /Cia Dahl/ })).toBeVisible();
});

test("Ctrl+End goes to the last row of a long list, and on from there", async ({ desk: page, host }) => {
  const { facility } = await place(page, host.url);
  const code = (n: number) => `A${1000 + n}`;
  for (let n = 0; n < 260; n += 1)
    await make(page, host.url, `/units?facilityId=${facility}`, { code: code(n), kind: "parking_space" });
  await page.goto(`${host.url}/admin/units`);
  const grid = page.getByRole("grid", { name: "Objekt" });
  await expect(grid.getByRole("row", { name: code(0) })).toBeVisible();
  await grid.focus();
  await page.keyboard.press("Control+End");
  const last = grid.getByRole("row", { name: code(259) });
  await expect(last).toBeVisible();
  await expect(last).toHaveAttribute("aria-rowindex", "261");
  await expect(last).toHaveAttribute("data-active", "true");
  await expect(page.getByText(/^De sista 100/)).toBeVisible();
  // Upwards, the rows before are fetched, and the current one is where it was.
  for (let n = 0; n < 7; n += 1) await page.keyboard.press("PageUp");
  await expect(page.getByText(/^De sista 200/)).toBeVisible();
  for (let n = 0; n < 5; n += 1) await page.keyboard.press("PageUp");
  await expect(grid.locator("[data-active]").first()).toContainText(code(115));
  await page.keyboard.press("Control+Home");
  await expect(grid.getByRole("row", { name: code(0) })).toBeVisible();
  await expect(grid.getByRole("row", { name: code(0) })).toHaveAttribute("data-active", "true");
});

test("tags by name and sessions over time are counted, and read from their end at once", async ({
  desk: page,
  host,
}) => {
  const { organisation } = await place(page, host.url);
  const tag = (n: number) => `04A${1000 + n}`;
  for (let n = 0; n < 230; n += 1)
    await make(page, host.url, `/tags?organisationId=${organisation}`, { idTag: tag(n) });
  await page.goto(`${host.url}/admin/tags`);
  const tags = page.getByRole("grid", { name: "Laddbrickor" });
  await expect(page.getByText("100 hämtade av 230 laddbrickor")).toBeVisible();
  await tags.focus();
  await page.keyboard.press("Control+End");
  await expect(tags.getByRole("row", { name: tag(229) })).toHaveAttribute("data-active", "true");
  await expect(page.getByText("De sista 100 av 230 laddbrickor")).toBeVisible();

  const { line } = await onTheLine(page, host.url);
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
  for (let n = 0; n < 210; n += 1) {
    const begun = { connectorId: 1, idTag: tag(n), meterStart: n, timestamp: at(n) };
    const { transactionId } = await line.say("StartTransaction", begun);
    await line.say("StopTransaction", { transactionId, meterStop: n + 1, timestamp: at(n) });
  }
  await page.goto(`${host.url}/admin/sessions`);
  const sessions = page.getByRole("grid", { name: "Laddsessioner" });
  await expect(page.getByText("100 hämtade av 210 laddsessioner")).toBeVisible();
  await sessions.focus();
  await page.keyboard.press("Control+End");
  const first = sessions.getByRole("row", { name: new RegExp(tag(0)) });
  await expect(first).toHaveAttribute("data-active", "true");
  await expect(page.getByText("De sista 100 av 210 laddsessioner")).toBeVisible();
});

// The acts that cannot be taken lightly: joining, erasing, moving out, undoing a whole import.
import { addPerson, expect, make, place, test } from "./fixtures";

test("two records of one person become one, and what each says is in sight before", async ({
  desk: page,
  host,
}) => {
  const kept = await addPerson(page, host.url, {
    givenName: "Anna",
    familyName: "Andersson",
    email: "anna@example.se",
  });
  await addPerson(page, host.url, {
    givenName: "Anna",
    familyName: "Andersson",
    email: "anna@example.se",
    phone: "+46701740605",
  });
  await page.goto(`${host.url}/admin/people/duplicates`);
  await expect(page.getByText(/samma e-post/)).toBeVisible();
  await page.goto(`${host.url}/admin/people?open=${kept.id}`);
  await page.getByRole("complementary").getByRole("button", { name: "Mer", exact: true }).click();
  await page.getByRole("menuitem", { name: "Slå ihop med en annan" }).click();
  const dialog = page.getByRole("dialog", { name: "Slå ihop personer" });
  await dialog.getByRole("combobox", { name: "Den andra personen" }).click();
  await page.getByRole("option", { name: /Anna Andersson/ }).click();
  await expect(dialog.getByRole("cell", { name: "anna@example.se" })).toHaveCount(2);
  await expect(dialog.getByRole("cell", { name: "070-174 06 05" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Slå ihop" })).toBeDisabled();
  await dialog.getByLabel("Anledning").fill("Samma person, skriven två gånger");
  await dialog.getByRole("button", { name: "Slå ihop" }).click();
  await expect(dialog).toBeHidden();

  await page.goto(`${host.url}/admin/people/duplicates`);
  await expect(page.getByText("Inga dubbletter")).toBeVisible();
  await page.goto(`${host.url}/admin/people?open=${kept.id}`);
  await expect(page.getByText("1 person", { exact: true })).toBeVisible();
});

test("an erasure says first what goes and what stays, and asks for a word", async ({ desk: page, host }) => {
  const { id } = await addPerson(page, host.url, {
    givenName: "Anna",
    familyName: "Andersson",
    email: "anna@example.se",
  });
  await page.goto(`${host.url}/admin/people?open=${id}`);
  await page.getByRole("complementary").getByRole("button", { name: "Mer", exact: true }).click();
  await page.getByRole("menuitem", { name: "Radera personuppgifter" }).click();
  const dialog = page.getByRole("dialog", { name: "Radera Anna Andersson" });
  await expect(dialog.getByRole("row", { name: /^E-post/ })).toContainText("Raderas");
  await expect(dialog.getByRole("row", { name: /^Att händelserna har skett/ })).toContainText("Behålls");
  await dialog.getByLabel("Anledning").fill("Begäran från personen");
  const erase = dialog.getByRole("button", { name: "Radera för gott" });
  await dialog.getByLabel(/RADERA/).fill("radera");
  await expect(erase).toBeDisabled();
  await dialog.getByLabel(/RADERA/).fill("RADERA");
  await erase.click();
  await expect(dialog).toBeHidden();
  await page.goto(`${host.url}/admin/people`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("Anna Andersson")).toHaveCount(0);
  await page.goto(`${host.url}/admin/audit`);
  await expect(page.getByText(/^Obruten:/)).toBeVisible();
  await expect(page.getByText("anna@example.se")).toHaveCount(0);
});

test("an import that was a mistake is undone, after its people have moved out and been taken off by mistake", async ({
  desk: page,
  host,
}) => {
  const list = ["Lgh;Förnamn;Efternamn", "A1001;Åsa;Öberg", "A1002;Bo;Bergström"].join("\r\n");
  await page.goto(`${host.url}/admin/imports/new`);
  const chooser = page.waitForEvent("filechooser");
  await page.locator("button", { hasText: "Välj fil" }).click();
  await (await chooser).setFiles({
    name: "fel.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(list, "utf8"),
  });
  await page.getByRole("button", { name: "Importera 2 personer" }).click();
  await expect(page.getByText("Importen är genomförd")).toBeVisible({ timeout: 60_000 });
  const batch = page.url();

  await page.getByRole("link", { name: "Visa personerna" }).click();
  await page.getByRole("gridcell", { name: "Bo Bergström" }).click();
  await page.getByRole("button", { name: "Åtgärder för A1002", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Flytta ut" }).click();
  const leaving = page.getByRole("dialog", { name: "Bo Bergström flyttar ut från A1002" });
  await leaving.getByRole("button", { name: "Flytta ut" }).click();
  await expect(leaving).toBeHidden();
  await expect(page.getByText(/^Flyttade ut från A1002/)).toBeVisible();
  await page.getByRole("button", { name: "Ångra" }).click();
  await expect(page.getByRole("complementary").getByText("inflyttningsdag okänd")).toBeVisible();

  await page.getByRole("button", { name: "Åtgärder för A1002", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Ta bort, fel registrerat" }).click();
  const mistake = page.getByRole("dialog", { name: "Ta bort A1002?" });
  await mistake.getByRole("button", { name: "Ta bort, fel registrerat" }).click();
  await expect(mistake).toBeHidden();
  await expect(page.getByRole("complementary").getByText("Inget objekt.")).toBeVisible();

  await page.goto(batch);
  await page.getByRole("button", { name: "Ångra importen" }).click();
  const dialog = page.getByRole("dialog", { name: "Ångra importen?" });
  await expect(dialog).toContainText("Det som har ändrats eller använts sedan dess blir kvar.");
  await dialog.getByRole("button", { name: "Ångra importen" }).click();
  await expect(page.getByText("Importen är ångrad")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("2 personer som importen lade till är borttagna.")).toBeVisible();
  await page.goto(`${host.url}/admin/people`);
  await expect(page.getByText("Bo Bergström")).toHaveCount(0);
});

test("an import that is taken back says who stayed because somebody has changed them since", async ({
  desk: page,
  host,
}) => {
  const list = ["Lgh;Förnamn;Efternamn", "A1001;Åsa;Öberg", "A1002;Bo;Bergström"].join("\r\n");
  const { facility } = await place(page, host.url);
  const headers = { "X-Requested-With": "stolpe", "Idempotency-Key": crypto.randomUUID() };
  const read = await page.request.post(`${host.url}/api/v1/imports?facilityId=${facility}&fileName=fel.csv`, {
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    data: Buffer.from(list, "utf8"),
  });
  expect(read.ok(), await read.text()).toBe(true);
  const { id } = (await read.json()) as { id: string };
  await page.goto(`${host.url}/admin/imports/${id}`);
  await page.getByRole("button", { name: "Importera 2 personer" }).click();
  await expect(page.getByText("Importen är genomförd")).toBeVisible({ timeout: 60_000 });
  const people = await (await page.request.get(`${host.url}/api/v1/persons?facilityId=${facility}`)).json();
  const bo = people.items.find((it: { name: string }) => it.name === "Bo Bergström");
  const changed = await page.request.patch(`${host.url}/api/v1/persons/${bo.id}`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${bo.rowVersion}"` },
    data: { note: "Har bytt namn" },
  });
  expect(changed.ok(), await changed.text()).toBe(true);

  await page.getByRole("button", { name: "Ångra importen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ångra importen" }).click();
  await expect(page.getByText("1 person som importen lade till är borttagen.")).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/^1 person som importen lade till är kvar/)).toBeVisible();
  // It is kept with the import, not with the page that started the task.
  await page.reload();
  await expect(page.getByText(/^1 person som importen lade till är kvar/)).toBeVisible();
});

test("marking letters as handed over says first who is marked and who is passed by, and can be taken back", async ({
  desk: page,
  host,
}) => {
  const { facility } = await place(page, host.url);
  const login = async (givenName: string) => {
    const { id } = await addPerson(page, host.url, {
      givenName,
      familyName: "Ek",
      email: `${givenName}@example.se`,
    });
    return make<{ id: string }>(page, host.url, "/logins", { personId: id, facilityId: facility });
  };
  const [anna, bo] = [await login("Anna"), await login("Bo")];
  await login("Cia");
  await addPerson(page, host.url, { givenName: "Dan", familyName: "Ek" });
  await make(page, host.url, "/letters", { loginIds: [anna.id, bo.id], order: "name" });
  await page.goto(`${host.url}/admin/people`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(grid.getByText(/^Ej bytt lösenord/)).toHaveCount(2, { timeout: 30_000 });
  await make(page, host.url, "/logins/handed-over", { loginIds: [bo.id] });
  // The list knows it from now on, however soon its news comes.
  await page.reload();
  await expect(grid.getByText(/^Ej bytt lösenord/)).toHaveCount(2);

  await grid.focus();
  await page.keyboard.press("Control+a");
  await page.getByRole("button", { name: "Markera som lämnat" }).click();
  const dialog = page.getByRole("dialog", { name: "Markera brev som lämnade" });
  await expect(dialog.getByRole("row", { name: /^Markeras som lämnade 1/ })).toContainText("Anna Ek");
  await expect(dialog.getByRole("row", { name: /redan lämnat 1/ })).toContainText("Bo Ek");
  await expect(dialog.getByRole("row", { name: /inget brev är gjort 1/ })).toContainText("Cia Ek");
  await expect(dialog.getByRole("row", { name: /ingen inloggning här 1/ })).toContainText("Dan Ek");
  await dialog.getByRole("button", { name: "Markera ett brev" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Ett brev är markerat som lämnat.")).toBeVisible();
  const handedOver = async () => {
    const { items } = await (
      await page.request.get(`${host.url}/api/v1/persons?facilityId=${facility}`)
    ).json();
    return items
      .filter((person: { logins: { handedOverAt: string | null }[] }) => person.logins[0]?.handedOverAt)
      .map((person: { givenName: string }) => person.givenName);
  };
  expect(await handedOver()).toEqual(["Anna", "Bo"]);
  await page.getByRole("button", { name: "Ångra" }).click();
  await expect.poll(handedOver).toEqual(["Bo"]);

  // What the search finds is cut by the filter too.
  await page.goto(`${host.url}/admin/people?q=ek&where=email:is:false`);
  await expect(grid.getByRole("row").filter({ has: page.getByRole("gridcell") })).toHaveCount(1);
  await expect(grid.getByText("Dan Ek")).toBeVisible();
});

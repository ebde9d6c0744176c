// Charge points at the desk: prepared and connected, walked by keyboard, kept from being cut off, and tags handed out.
import type { Page } from "@playwright/test";
import { call, type Line } from "./callingChargePoint";
import { faults } from "./faults";
import { addPerson, expect, make, place, test } from "./fixtures";

/** A charge point on the main fuse of the one facility. */
async function pointOn(page: Page, url: string, name: string) {
  const { facility } = await place(page, url);
  const at = `facilityId=${facility}`;
  const circuits = (await (await page.request.get(`${url}/api/v1/circuits?${at}`)).json()).items;
  const main =
    circuits[0] ??
    (await make<{ id: string }>(page, url, `/circuits?${at}`, {
      name: "Huvudsäkring",
      fuseA: 63,
      phases: 3,
    }));
  return make<{ id: string }>(page, url, `/charge-points?${at}`, {
    identity: `ID-${name}`,
    name,
    circuitId: main.id,
    fuseA: 32,
  });
}

test("a charge point is prepared where there is nothing yet, and told once what to type into it (EVC-05, EVC-25)", async ({
  host,
  desk: page,
}) => {
  await page.goto(`${host.url}/admin/charge-points`);
  await page.getByText("Inga laddare än").waitFor();
  await page.getByRole("button", { name: "Förbered laddare" }).first().click();
  const form = page.getByRole("dialog", { name: "Förbered laddare" });
  await form.getByRole("textbox", { name: "Identitet" }).fill("ZAP-1");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByRole("textbox", { name: "Namn" })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "Namn" }).fill("P-01");
  await form.getByRole("textbox", { name: "Huvudsäkring" }).fill("63");
  await form.getByRole("textbox", { name: "Säkring", exact: true }).fill("32");
  await form.getByRole("textbox", { name: "Gräns" }).fill("40");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByText("Gränsen får inte vara högre än säkringen")).toBeVisible();
  await form.getByRole("textbox", { name: "Gräns" }).fill("20");
  await form.getByRole("button", { name: "Spara" }).click();

  const connect = page.getByRole("dialog", { name: "Anslut P-01" });
  await expect(connect.getByText("ws://127.0.0.1:8443/ocpp/")).toBeVisible();
  await expect(connect.getByText("ZAP-1", { exact: true })).toBeVisible();
  await connect.getByRole("button", { name: "Skapa nyckel" }).click();
  await expect(connect.getByText(/^[0-9A-F]{40}$/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await connect.getByRole("button", { name: "Jag har skrivit in den" }).click();
  await expect(connect).toHaveCount(0);

  const panel = page.getByRole("complementary", { name: "P-01" });
  await expect(panel.getByText("Har inte anropat än", { exact: true })).toBeVisible();
  await expect(panel.getByText("20 A av 32 A")).toBeVisible();
  await expect(panel.getByText("Saknas")).toHaveCount(0);
  await panel.getByRole("button", { name: "Mer" }).click();
  await page.getByRole("menuitem", { name: "Ta ur drift" }).click();
  const goodbye = page.getByRole("dialog", { name: "Ta P-01 ur drift" });
  await expect(goodbye.getByRole("button", { name: "Ta ur drift" })).toBeDisabled();
  await goodbye.getByRole("textbox", { name: "Anledning" }).fill("Såld till grannen");
  await goodbye.getByRole("button", { name: "Ta ur drift" }).click();
  await expect(panel.getByText("Såld till grannen").first()).toBeVisible();
  await expect(panel.getByRole("button", { name: "Ändra" })).toHaveCount(0);
  await expect(page.getByRole("treeitem", { name: /P-01/ })).toHaveCount(0);
});

test("a charge point that calls is adopted, comes in with its key, and is seen live (EVC-05, EVC-28, EVC-29)", async ({
  host,
  desk: page,
}) => {
  const { facility } = await place(page, host.url);
  await make(page, host.url, `/circuits?facilityId=${facility}`, { name: "G1", fuseA: 63, phases: 3 });
  expect(await call(host.url, "Låda 7")).toBe(404);
  await page.goto(`${host.url}/admin/charge-points`);
  await page.getByRole("status").getByRole("link", { name: "Visa" }).click();
  await page.getByRole("row", { name: /Låda 7/ }).click();
  const form = page.getByRole("dialog", { name: "Adoptera Låda 7" });
  await form.getByRole("textbox", { name: "Namn" }).fill("P-07");
  await form.getByRole("textbox", { name: "Säkring" }).fill("32");
  await form.getByRole("button", { name: "Adoptera" }).click();
  const connect = page.getByRole("dialog", { name: "Anslut P-07" });
  await expect(connect).toBeVisible();
  // Adopted and without a key, it is not let in.
  expect(await call(host.url, "Låda 7")).toBe(401);
  await connect.getByRole("button", { name: "Skapa nyckel" }).click();
  const key = (await connect.getByText(/^[0-9A-F]{40}$/).textContent()) ?? "";
  await connect.getByRole("button", { name: "Jag har skrivit in den" }).click();

  const panel = page.getByRole("complementary", { name: "P-07" });
  await expect(panel.getByText("Har inte anropat än", { exact: true })).toBeVisible();
  const line = (await call(host.url, "Låda 7", key)) as Line;
  line.say("BootNotification", { chargePointVendor: "Easee", chargePointModel: "Charge" });
  line.say("StatusNotification", { connectorId: 1, errorCode: "GroundFailure", status: "Faulted" });
  await expect(panel.getByText("Fel: GroundFailure").first()).toBeVisible();
  await expect(panel.getByText("Easee Charge")).toBeVisible();
  await expect(page.getByRole("treeitem", { name: /P-07.*Fel: GroundFailure/ })).toBeVisible();
  line.cut();
  await expect(panel.getByText(/Ingen kontakt sedan/).first()).toBeVisible();
});

test("the tree is walked by keyboard, and a charge point is found from the palette (EVC-12)", async ({
  host,
  desk: page,
}) => {
  await pointOn(page, host.url, "P-01");
  await pointOn(page, host.url, "P-02");
  await page.goto(`${host.url}/admin/charge-points`);
  const main = page.getByRole("treeitem", { name: /Huvudsäkring/ });
  await main.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("treeitem", { name: /P-01/ })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "P-02" })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: /P-02/ })).toHaveAttribute("aria-selected", "true");
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary")).toHaveCount(0);
  await page.keyboard.press("ArrowLeft");
  await expect(main).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(main).toHaveAttribute("aria-expanded", "false");
  await expect(page.getByRole("treeitem")).toHaveCount(1);

  await page.goto(`${host.url}/admin/`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
  await page.keyboard.type("id-p-02");
  await expect(page.getByRole("button", { name: /P-02/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "P-02" })).toBeVisible();
});

test("a circuit in use names what hangs on it, with what to do about each (EVC-26)", async ({
  host,
  desk: page,
}) => {
  await pointOn(page, host.url, "P-01");
  await page.goto(`${host.url}/admin/charge-points`);
  await page.getByRole("treeitem", { name: /Huvudsäkring/ }).click();
  const panel = page.getByRole("complementary", { name: "Huvudsäkring" });
  await panel.getByRole("button", { name: "Ta bort" }).click();
  const used = page.getByRole("dialog", { name: "Huvudsäkring används" });
  await used.getByRole("button", { name: "Ta ur drift" }).click();
  const goodbye = page.getByRole("dialog", { name: "Ta P-01 ur drift" });
  await goodbye.getByRole("textbox", { name: "Anledning" }).fill("Flyttas till annat hus");
  await goodbye.getByRole("button", { name: "Ta ur drift" }).click();
  const remove = page.getByRole("dialog", { name: "Ta bort Huvudsäkring" });
  await remove.getByRole("button", { name: "Ta bort" }).click();
  await expect(page.getByText("Inga laddare än")).toBeVisible();
});

test("a tag is handed to somebody, blocked, and opened again with Ctrl+Z", async ({ host, desk: page }) => {
  const { id } = await addPerson(page, host.url, { givenName: "Åsa", familyName: "Öberg" });
  await page.goto(`${host.url}/admin/people?open=${id}`);
  const panel = page.getByRole("complementary", { name: "Åsa Öberg" });
  await panel.getByRole("button", { name: "Ny laddbricka" }).click();
  const form = page.getByRole("dialog", { name: "Ny laddbricka" });
  await form.getByRole("textbox", { name: "Nummer" }).fill("04a2b3c4");
  await form.getByRole("button", { name: "Spara", exact: true }).click();
  await expect(panel.getByText("04A2B3C4")).toBeVisible();

  await page.goto(`${host.url}/admin/tags`);
  const row = page.getByRole("row", { name: /04A2B3C4/ });
  await expect(row).toContainText("Åsa Öberg");
  await expect(row).toContainText("Giltig");
  await row.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Spärra" }).click();
  await expect(row).toContainText("Spärrad");
  await page.keyboard.press("Control+z");
  await expect(row).toContainText("Giltig");
});

// A charge point is controlled from the desk, and every word that is said on its line can be read.
import { call, type Line } from "./callingChargePoint";
import { onTheLine } from "./chargePointOnTheLine";
import { faults } from "./faults";
import { expect, make, test } from "./fixtures";

test("a car is charged from the desk: what was asked, what was obeyed and what was done are told apart (EVC-17)", async ({
  host,
  desk: page,
}) => {
  const { id, line } = await onTheLine(page, host.url);
  line.obey((action) => ({ status: action === "UnlockConnector" ? "UnlockFailed" : "Accepted" }));
  await page.goto(`${host.url}/admin/charge-points?open=${id}`);
  const panel = page.getByRole("complementary", { name: "P-01" });
  const asked = panel.getByRole("list", { name: "Kommandon" }).getByRole("listitem");

  await panel.getByRole("button", { name: "Starta: Uttag 1" }).click();
  const start = page.getByRole("dialog", { name: "Starta laddning på P-01, uttag 1" });
  await expect(start.getByRole("button", { name: "Starta" })).toBeDisabled();
  await start.getByLabel("Laddbricka").fill("04a2b3c4");
  await start.getByRole("button", { name: "Starta" }).click();
  await expect(asked.first()).toContainText("Starta laddning för 04A2B3C4, uttag 1");
  await expect(asked.first()).toContainText("Laddaren lyder");
  const begun = { connectorId: 1, idTag: "04A2B3C4", meterStart: 1_000, timestamp: new Date().toISOString() };
  const { transactionId } = await line.say("StartTransaction", begun);
  await expect(asked.first()).toContainText("Gjort");
  await expect(panel.getByText(/Laddar sedan/)).toBeVisible();

  await panel.getByRole("button", { name: "Lås upp: Uttag 1" }).click();
  await page
    .getByRole("dialog", { name: /Lås upp kabeln/ })
    .getByRole("button", { name: "Lås upp" })
    .click();
  await expect(asked.first()).toContainText("Nekat");
  await expect(asked.first()).toContainText("Låset gick inte upp");

  await panel.getByRole("button", { name: "Stoppa: Uttag 1" }).click();
  const stop = page.getByRole("dialog", { name: "Stoppa laddningen på P-01, uttag 1" });
  await expect(stop).toContainText("På en del bilar släpps också kabeln");
  await stop.getByRole("button", { name: "Stoppa" }).click();
  await expect(asked.first()).toContainText("Laddaren lyder");
  await line.say("StopTransaction", { transactionId, meterStop: 3_500, timestamp: new Date().toISOString() });
  await expect(asked.first()).toContainText("Gjort");
  await expect(panel.getByText(/Laddar sedan/)).toHaveCount(0);

  line.obey(() => undefined);
  await panel.getByRole("button", { name: "Starta om" }).click();
  await page.getByRole("menuitem", { name: /Mjukt/ }).click();
  await page
    .getByRole("dialog", { name: "Starta om P-01" })
    .getByRole("button", { name: "Starta om" })
    .click();
  await expect(asked.first()).toContainText("Levererat");
  line.cut();
  await expect(asked.first()).toContainText("Kontakten bröts");
  await expect(panel.getByRole("button", { name: "Starta: Uttag 1" })).toBeDisabled();
  await expect(
    panel.getByText("Laddaren har ingen kontakt. Den kan styras när den är tillbaka."),
  ).toBeVisible();
});

test("the settings of a charge point are read from it and changed one at a time", async ({
  host,
  desk: page,
}) => {
  const { id, line } = await onTheLine(page, host.url);
  line.obey((action) =>
    action === "GetConfiguration"
      ? {
          configurationKey: [
            { key: "HeartbeatInterval", readonly: false, value: "300" },
            { key: "NumberOfConnectors", readonly: true, value: "1" },
          ],
        }
      : { status: "RebootRequired" },
  );
  await page.goto(`${host.url}/admin/charge-points?open=${id}`);
  const panel = page.getByRole("complementary", { name: "P-01" });
  await panel.getByRole("button", { name: "Inställningar" }).click();
  const drawer = page.getByRole("dialog", { name: "Inställningar i P-01" });
  await drawer.getByRole("button", { name: "Läs från laddaren" }).click();
  await expect(drawer.getByRole("row", { name: /NumberOfConnectors/ })).toContainText("Kan inte ändras");
  await drawer.getByRole("button", { name: "Ändra HeartbeatInterval" }).click();
  const change = page.getByRole("dialog", { name: "Ändra HeartbeatInterval" });
  await expect(change.getByRole("button", { name: "Skicka" })).toBeDisabled();
  await change.getByRole("textbox", { name: "Värde" }).fill("900");
  await change.getByRole("button", { name: "Skicka" }).click();
  await expect(drawer.getByRole("row", { name: /HeartbeatInterval/ })).toContainText("900");
  await page.keyboard.press("Escape");
  await expect(panel.getByText("Det gäller först när laddaren har startats om.")).toBeVisible();
});

test("a charge point gets a new key over its line, and the old one opens until it has called with it (R12)", async ({
  host,
  desk: page,
}) => {
  const { id, key: old, line } = await onTheLine(page, host.url);
  const told: string[] = [];
  let says = "RebootRequired";
  line.obey((_, { key, value }) => {
    expect(key).toBe("AuthorizationKey");
    told.push(String(value));
    return { status: says };
  });
  await page.goto(`${host.url}/admin/charge-points?open=${id}`);
  const panel = page.getByRole("complementary", { name: "P-01" });
  const asked = panel.getByRole("list", { name: "Kommandon" }).getByRole("listitem");
  await panel.getByRole("button", { name: "Ny nyckel" }).press("Enter");
  const change = page.getByRole("dialog", { name: "Ge P-01 en ny nyckel" });
  await expect(change).toContainText("Adressen är okrypterad");
  await change.getByRole("button", { name: "Skicka nyckeln" }).press("Enter");
  const stand = panel.getByRole("status").filter({ hasText: "Ny nyckel på väg" });
  await expect(stand).toContainText("först när den har startats om");
  await expect(asked.first()).toContainText("Byt till en ny nyckel");
  expect(await faults(page)).toEqual([]);

  await panel.getByRole("button", { name: "Behåll den gamla" }).press("Enter");
  const giveUp = page.getByRole("dialog", { name: "Behåll den gamla nyckeln i P-01" });
  await expect(giveUp).toContainText("släpps troligen inte in");
  await page.keyboard.press("Escape");
  await expect(panel.getByRole("button", { name: "Behåll den gamla" })).toBeFocused();

  says = "Accepted";
  await panel.getByRole("button", { name: "Skicka igen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Skicka nyckeln" }).click();
  await expect(stand).toContainText("Laddaren har tagit emot nyckeln");
  expect(told).toEqual([expect.stringMatching(/^[0-9A-F]{40}$/), told[0]]);
  await expect(panel.getByText("Den kan få en nyckel när den är tillbaka.")).toBeVisible();
  const again = (await call(host.url, "ZAP-1", told[0])) as Line;
  await expect(stand).toHaveCount(0);
  await expect(asked.first()).toContainText("Gjort");
  expect(await call(host.url, "ZAP-1", old)).toBe(401);

  await panel.getByRole("link", { name: "Logg" }).click();
  await page
    .getByRole("row", { name: /Till laddaren.*ChangeConfiguration/ })
    .first()
    .click();
  await expect(page.getByText('"value": "•••"')).toBeVisible();
  again.cut();
});

test("the raw log shows every word both ways, as it is said, and is filtered (EVC-29)", async ({
  host,
  desk: page,
}) => {
  const { id, line } = await onTheLine(page, host.url);
  await page.goto(`${host.url}/admin/charge-points?open=${id}`);
  await page.getByRole("complementary", { name: "P-01" }).getByRole("link", { name: "Logg" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Logg för P-01");
  await expect(page.getByRole("row", { name: /Från laddaren.*BootNotification/ })).toBeVisible();

  line.obey(() => ({ status: "Accepted" }));
  await make(page, host.url, `/charge-points/${id}/commands`, { name: "clearCache" });
  await expect(page.getByRole("row", { name: /Till laddaren.*ClearCache/ })).toBeVisible();

  await page.getByRole("button", { name: "Lägg till filter" }).click();
  const editor = page.getByRole("dialog", { name: "Lägg till filter" });
  await editor.getByLabel("Fält").selectOption("Riktning");
  await editor.getByRole("combobox", { name: "är" }).selectOption("Till laddaren");
  await editor.getByRole("button", { name: "Lägg till" }).click();
  await expect(page.getByRole("row", { name: /BootNotification/ })).toHaveCount(0);
  await page.getByRole("button", { name: /^Ta bort filtret/ }).click();

  await page.getByRole("row", { name: /BootNotification/ }).click();
  const message = page.getByRole("complementary", { name: "BootNotification" });
  await expect(message.getByText('"chargePointVendor": "Zaptec"')).toBeVisible();
  await expect(message.getByText('"status": "Accepted"')).toBeVisible();
});

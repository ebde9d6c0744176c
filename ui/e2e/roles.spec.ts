// Nobody is offered what the host would refuse: an accountant reads the register and adds nothing to it, and the owner does.
import type { Page } from "@playwright/test";
import { colleague } from "./colleague";
import { faults } from "./faults";
import { addPerson, expect, make, OWNER, place } from "./fixtures";
import { test } from "./mailServer";
import { picture } from "./picture";

const ACTS = /^(Ny |Nytt |Ändra|Importera|Skriv ut inloggningsbrev|Lägg till(?! filter)|Ta bort|Visa nummer)/;

/** The names of the acts on a page and in the panel that is open there. */
async function offered(page: Page): Promise<string[]> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  const main = page.getByRole("main");
  const names = await main.locator("button, a").evaluateAll((found) =>
    // An act without words is called by its label.
    found.map((each) => each.getAttribute("aria-label") ?? each.textContent?.trim() ?? ""),
  );
  return names.filter((name) => ACTS.test(name));
}

test("an accountant is offered nothing that the host would refuse", async ({
  host,
  desk: page,
  mail,
  browser,
}) => {
  test.setTimeout(120_000);
  const { organisation, facility } = await place(page, host.url);
  const asa = await addPerson(page, host.url, {
    givenName: "Åsa",
    familyName: "Öberg",
    personalNumber: { country: "SE", number: "19811218-9876" },
  });
  const unit = await make<{ id: string }>(page, host.url, `/units?facilityId=${facility}`, {
    code: "A1101",
    kind: "apartment",
  });
  await make(page, host.url, "/tenancies", { personId: asa.id, unitId: unit.id });
  await make(page, host.url, `/departments?organisationId=${organisation}`, { name: "Drift" });
  const reader = await colleague(page, host.url, mail, browser);
  await expect(reader.getByRole("heading", { level: 1 })).toContainText("v. ");

  const rooms = {
    "/": 3,
    [`/people?open=${asa.id}`]: 5,
    "/facilities": 1,
    [`/facilities?open=${facility}`]: 2,
    [`/units?open=${unit.id}`]: 3,
    [`/organisations?open=${organisation}`]: 4,
  };
  for (const [room, atLeast] of Object.entries(rooms)) {
    await page.goto(`${host.url}/admin${room}`);
    expect
      .soft((await offered(page)).length, `${room} to ${OWNER.givenName}`)
      .toBeGreaterThanOrEqual(atLeast);
    await reader.goto(`${host.url}/admin${room}`);
    expect.soft(await offered(reader), room).toEqual([]);
    await reader.keyboard.press("Control+n");
    await expect.soft(reader.getByRole("dialog"), room).toHaveCount(0);
    expect.soft(await faults(reader), room).toEqual([]);
  }
  await reader.goto(`${host.url}/admin/people?open=${asa.id}&create=1`);
  await expect(reader.getByRole("complementary")).toContainText("Åsa Öberg");
  await expect(reader.getByRole("dialog")).toHaveCount(0);
  await picture(reader, "person-to-read");
  for (const [who, times] of [
    [page, 1],
    [reader, 0],
  ] as const) {
    await who.keyboard.press("Control+k");
    await who.getByRole("dialog").getByRole("textbox").fill("person");
    await expect(who.getByRole("button", { name: "Gå till Personer" })).toBeVisible();
    await expect(who.getByRole("dialog").getByRole("button", { name: "Ny person" })).toHaveCount(times);
  }
});

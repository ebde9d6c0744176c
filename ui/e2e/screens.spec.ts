// Every screen, in light and dark: no accessibility fault that a machine can find.
import type { Page } from "@playwright/test";
import sv from "../src/i18n/sv.json" with { type: "json" };
import { onTheLine } from "./chargePointOnTheLine";
import { faults } from "./faults";
import { expect, make, place, put, test } from "./fixtures";
import { priceList } from "./priceList";

const SCREENS = [
  "",
  "people",
  "people?create=1",
  "people/duplicates",
  "letters",
  "facilities",
  "units",
  "charge-points",
  "charge-points?create=1",
  "charge-points/waiting",
  "tags",
  "tags?create=1",
  "sessions",
  "sessions/stray",
  "tariff",
  "tariff?create=1",
  "market-prices",
  "documents",
  "incoming-payments",
  "payments",
  "refunds",
  "till",
  "payouts",
  "left-money",
  "month-runs",
  "bookkeeping",
  "accounts",
  "organisations",
  "imports",
  "imports/new",
  "notices",
  "tasks",
  "audit",
  "staff",
  "staff/roles",
  "settings/account",
  "settings/mail",
  "settings/mail-texts",
  "settings/prices",
  "settings/password-policy",
  "settings/installation",
];

test("no screen has an accessibility fault, in light or dark", async ({ host, desk: page }) => {
  test.setTimeout(420_000);
  for (const screen of [...SCREENS, ...(await chargingScreens(page, host.url))]) {
    await page.goto(`${host.url}/admin/${screen}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle").catch(() => {});
    expect.soft(await faults(page), screen || "start").toEqual([]);
  }
  await page.goto(`${host.url}/admin/people`);
  for (const editor of [/^Lägg till filter/, /^Sorter/, /^Kolumner/]) {
    await page.getByRole("main").getByRole("button", { name: editor }).first().click();
    await expect(page.getByRole("dialog", { name: editor })).toBeVisible();
    expect.soft(await faults(page), String(editor)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.context().clearCookies();
  for (const open of ["/admin/sign-in", "/admin/forgot", "/sign-in", "/forgot"]) {
    await page.goto(`${host.url}${open}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect.soft(await faults(page), open).toEqual([]);
  }
});

test("nothing is lost sideways at 200 % zoom", async ({ host, desk: page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 640, height: 400 });
  const { id } = await draftImport(page, host.url);
  for (const screen of [...SCREENS, `imports/${id}`, ...(await chargingScreens(page, host.url))]) {
    await page.goto(`${host.url}/admin/${screen}`);
    // A record that is open covers the head of its list.
    await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
    const overflow = await page.evaluate(() =>
      [document.documentElement, document.getElementById("main")].map((part) =>
        part ? part.scrollWidth - part.clientWidth : 0,
      ),
    );
    expect.soft(overflow, screen || "start").toEqual([0, 0]);
  }
});

test("no word on screen is a code of the API", async ({ host, desk: page }) => {
  const ask = async (path: string) => (await page.request.get(`${host.url}/api/v1${path}`)).json();
  const organisationId = (await ask("/organisations")).items[0].id;
  const facilityId = (await ask("/facilities")).items[0].id;
  const person = await make<{ id: string }>(
    page,
    host.url,
    `/persons?organisationId=${organisationId}&facilityId=${facilityId}`,
    { givenName: "Åsa", familyName: "Öberg", language: "sv" },
  );
  const unit = await make<{ id: string }>(page, host.url, `/units?facilityId=${facilityId}`, {
    code: "A1",
    kind: "apartment",
  });
  await make(page, host.url, "/tenancies", { personId: person.id, unitId: unit.id, movedInOn: "2026-01-01" });
  await make(page, host.url, "/logins", { personId: person.id, facilityId });
  await draftImport(page, host.url);

  const roles = await ask("/roles");
  const erasure = await ask(`/persons/${person.id}/erasure`);
  const log = await ask("/audit?limit=200");
  const families: Record<string, string[]> = {
    role: roles.roles.map((each: { role: string }) => each.role),
    permission: roles.permissions,
    event: (await ask("/audit/actions")).items,
    subject: log.items.map((row: { subjectKind: string }) => row.subjectKind),
    auditField: log.items.flatMap((row: Record<"before" | "after", object | null>) =>
      Object.keys({ ...row.before, ...row.after }),
    ),
    "erasure.part": erasure.items.map((row: { field: string }) => row.field),
    "erasure.why": erasure.items.map((row: { reason: string }) => row.reason),
  };
  for (const [family, codes] of Object.entries(families)) {
    expect(codes.length, family).toBeGreaterThan(0);
    expect.soft([...new Set(codes)].filter((code) => !(`${family}.${code}` in sv))).toEqual([]);
  }
});

/** The screens of a charge point that has charged a car, and of what it reported without one. */
async function chargingScreens(page: Page, url: string): Promise<string[]> {
  const { id, line } = await onTheLine(page, url);
  line.obey(() => ({ status: "UnlockFailed" }));
  await make(page, url, `/charge-points/${id}/commands`, { name: "unlockConnector", connector: 1 });
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const { transactionId } = await line.say("StartTransaction", {
    connectorId: 1,
    idTag: "04A2B3C4",
    meterStart: 5_000,
    timestamp: at(50),
  });
  await line.say("StopTransaction", { transactionId, meterStop: 4_000, timestamp: at(5) });
  await line.say("StopTransaction", { transactionId: 4_711, meterStop: 900, timestamp: at(1) });
  const { facility } = await place(page, url);
  const rate = { per_kwh: { microPerKwh: 1_250_000, currency: "SEK" } };
  await put(page, url, `/tariff?facilityId=${facility}`, 0, {
    components: [{ kind: "energy", rate, validFrom: "2026-01-01", vat: "2500", source: "Avtal 2026" }],
  });
  await make(page, url, "/market-prices", { content: priceList("2026-11-21"), area: "SE4" });
  const first = async (path: string) =>
    (await (await page.request.get(`${url}/api/v1${path}`)).json()).items[0].id as string;
  return [
    `charge-points?open=${id}`,
    `charge-points/${id}/log?open=${await first(`/charge-points/${id}/messages`)}`,
    `sessions?open=${await first("/sessions")}`,
    `sessions/stray?open=${await first("/stray-messages")}`,
    "tariff?open=energy+2026-01-01",
    "market-prices?day=2026-11-21&area=SE4",
  ];
}

/** A file that was read but not taken in: long words in every column. */
async function draftImport(page: Page, url: string): Promise<{ id: string }> {
  const { items } = await (await page.request.get(`${url}/api/v1/facilities`)).json();
  const file = await page.request.post(
    `${url}/api/v1/imports?facilityId=${items[0].id}&fileName=boende.csv`,
    {
      headers: { "X-Requested-With": "stolpe", "Idempotency-Key": crypto.randomUUID() },
      data: Buffer.from(
        "Lgh;Förnamn;Efternamn;E-post\r\nA1;Sølvi;Andersson-Bergström;solvi.andersson@example.se",
      ),
    },
  );
  expect(file.ok(), await file.text()).toBe(true);
  return file.json();
}

// A charge point and what it reports of sessions: what a journey about money begins with.
import type { Page } from "@playwright/test";
import { call } from "./callingChargePoint";
import { expect, make, place } from "./fixtures";

/** Ten kilowatt-hours for each tag, one after the other, the last an hour ago, as a charge point reports them. */
export async function charged(page: Page, url: string, ...tags: string[]): Promise<void> {
  const { facility } = await place(page, url);
  const at = `facilityId=${facility}`;
  const main = await make<{ id: string }>(page, url, `/circuits?${at}`, {
    name: "Huvudsäkring",
    fuseA: 63,
    phases: 3,
  });
  const point = await make<{ id: string }>(page, url, `/charge-points?${at}`, {
    identity: "ZAP-1",
    name: "P-01",
    circuitId: main.id,
    fuseA: 32,
  });
  const { key } = await make<{ key: string }>(page, url, `/charge-points/${point.id}/credential`, {});
  const line = await call(url, "ZAP-1", key);
  if (typeof line === "number") throw new Error(`the charge point was sent away with ${line}`);
  const hours = (back: number) => new Date(Date.now() - back * 3_600_000).toISOString();
  line.say("BootNotification", { chargePointVendor: "Zaptec", chargePointModel: "Go" });
  for (const [index, idTag] of tags.entries()) {
    const begun = 3 * (tags.length - index);
    const meter = 1_000 + 10_000 * index;
    line.say("StartTransaction", { connectorId: 1, idTag, meterStart: meter, timestamp: hours(begun) });
    // A new host counts its transactions from one.
    const ended = { transactionId: index + 1, meterStop: meter + 10_000, timestamp: hours(begun - 2) };
    line.say("StopTransaction", ended);
  }
  await expect(async () => {
    const { items } = await (await page.request.get(`${url}/api/v1/sessions?${at}`)).json();
    expect(items.map(({ state }: { state: string }) => state)).toEqual(tags.map(() => "closed"));
  }).toPass();
  line.cut();
}

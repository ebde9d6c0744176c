// A charge point and what it reports of one session: what a journey about money begins with.
import type { Page } from "@playwright/test";
import { call } from "./callingChargePoint";
import { expect, make, place } from "./fixtures";

/** Ten kilowatt-hours that somebody took an hour ago, as a charge point reports them. */
export async function charged(page: Page, url: string, tag: string): Promise<void> {
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
  line.say("StartTransaction", { connectorId: 1, idTag: tag, meterStart: 1_000, timestamp: hours(3) });
  // A new host counts its transactions from one.
  line.say("StopTransaction", { transactionId: 1, meterStop: 11_000, timestamp: hours(1) });
  await expect(async () => {
    const { items } = await (await page.request.get(`${url}/api/v1/sessions?${at}`)).json();
    expect(items[0]?.state).toBe("closed");
  }).toPass();
  line.cut();
}

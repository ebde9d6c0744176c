// A charge point of the one facility that has called and waits for a car.
import type { Page } from "@playwright/test";
import { call, type Line } from "./callingChargePoint";
import { make, place } from "./fixtures";

/** A charge point with its key, on the line and available. */
export async function onTheLine(page: Page, url: string): Promise<{ id: string; key: string; line: Line }> {
  const { facility } = await place(page, url);
  const circuit = await make<{ id: string }>(page, url, `/circuits?facilityId=${facility}`, {
    name: "Huvudsäkring",
    fuseA: 63,
    phases: 3,
  });
  const { id } = await make<{ id: string }>(page, url, `/charge-points?facilityId=${facility}`, {
    identity: "ZAP-1",
    name: "P-01",
    circuitId: circuit.id,
    fuseA: 32,
    access: "everyone",
  });
  const { key } = await make<{ key: string }>(page, url, `/charge-points/${id}/credential`, {});
  const line = (await call(url, "ZAP-1", key)) as Line;
  await line.say("BootNotification", { chargePointVendor: "Zaptec", chargePointModel: "Go" });
  await line.say("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
  return { id, key, line };
}

// A host of its own for each journey: a fresh data folder, a free port, the built interface.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";

const ROOT = resolve(import.meta.dirname ?? __dirname, "../..");
export const BINARY = process.env.STOLPE_HOST_BIN ?? join(ROOT, "target/debug/stolpe-host");

export const OWNER = {
  givenName: "Maria",
  familyName: "Ek",
  email: "maria@ekbacken.se",
  password: "Vinterdäck!2026",
};

interface RunningHost {
  url: string;
  /** Ends the host, lets something be done to its data folder, and starts it again at the same address. */
  restart: (meanwhile: (folder: string) => Promise<void>) => Promise<void>;
}

interface Installation {
  recoveryCode: string;
}

export const test = base.extend<{ host: RunningHost; installation: Installation; desk: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the first argument's pattern
  host: async ({}, use) => {
    const data = await mkdtemp(join(tmpdir(), "stolpe-e2e-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const start = () =>
      spawn(BINARY, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
    let host = start();
    const restart = async (meanwhile: (folder: string) => Promise<void>) => {
      const ended = once(host, "exit");
      host.kill();
      await ended;
      await meanwhile(data);
      host = start();
      await answers(`${url}/healthz`, host);
    };
    try {
      await answers(`${url}/healthz`, host);
      await use({ url, restart });
    } finally {
      host.kill();
      await rm(data, { recursive: true, force: true });
    }
  },
  /** A host that has an owner, an organisation and a facility. */
  installation: async ({ host, page }, use) => {
    const answer = await page.request.post(`${host.url}/api/v1/setup`, {
      headers: { "X-Requested-With": "stolpe", "Idempotency-Key": crypto.randomUUID() },
      data: {
        owner: { ...OWNER, language: "sv" },
        organisation: {
          name: "Brf Ekbacken",
          country: "SE",
          organisationNumber: "556016-0680",
          vatNumber: null,
          street: "Ekvägen 2",
          postalCode: "392 31",
          city: "Kalmar",
        },
        facility: { code: "EK1100", name: "Brf Ekbacken", country: "SE", priceArea: "SE4", colour: "teal" },
      },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    await use((await answer.json()) as Installation);
  },
  /** A desk that is set up, with the owner signed in. */
  desk: async ({ host, page, installation: _ }, use) => {
    await signIn(page, host.url);
    await use(page);
  },
});

export { expect };

/** Signs the owner in through the page. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin/sign-in`);
  await page.getByLabel("E-post eller användarnamn").fill(OWNER.email);
  await page.getByRole("textbox", { name: "Lösenord" }).fill(OWNER.password);
  await page.getByRole("button", { name: "Logga in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("v. ");
}

/** Calls the API as the signed-in owner, to lay the table for a journey. */
export async function make<Made>(page: Page, url: string, path: string, data: unknown): Promise<Made> {
  const answer = await page.request.post(`${url}/api/v1${path}`, {
    headers: { "X-Requested-With": "stolpe", "Idempotency-Key": crypto.randomUUID() },
    data,
  });
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
  return (await answer.json()) as Made;
}

/** Saves what is there at this version, as the signed-in owner. */
export async function put(
  page: Page,
  url: string,
  path: string,
  version: number,
  data: unknown,
): Promise<void> {
  const answer = await page.request.put(`${url}/api/v1${path}`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${version}"` },
    data,
  });
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
}

/** The one organisation and the one facility of a desk that was just set up. */
export async function place(page: Page, url: string): Promise<{ organisation: string; facility: string }> {
  const only = async (kind: string) => {
    const { items } = await (await page.request.get(`${url}/api/v1/${kind}`)).json();
    return items[0].id as string;
  };
  return { organisation: await only("organisations"), facility: await only("facilities") };
}

/** Puts somebody in the register of that one facility. */
export async function addPerson(
  page: Page,
  url: string,
  draft: object,
): Promise<{ id: string; rowVersion: number }> {
  const { organisation, facility } = await place(page, url);
  return make(page, url, `/persons?organisationId=${organisation}&facilityId=${facility}`, {
    language: "sv",
    ...draft,
  });
}

async function freePort(): Promise<number> {
  return new Promise((settle, refuse) => {
    const server = createServer();
    server.on("error", refuse);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? settle(address.port) : refuse(new Error("no port")),
      );
    });
  });
}

/** Asks until the host answers. It is asked again as soon as it has refused, so nothing is waited for by the clock. */
async function answers(url: string, host: ChildProcess): Promise<void> {
  await expect
    .poll(
      async () => {
        if (host.exitCode !== null) throw new Error(`the host ended with ${host.exitCode}`);
        return fetch(url).then(
          (response) => response.ok,
          () => false,
        );
      },
      { timeout: 30_000 },
    )
    .toBe(true);
}

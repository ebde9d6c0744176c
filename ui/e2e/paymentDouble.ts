// A payment provider or an SMS gateway of the host's own tests: a process of its own, in which others do what a test says.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, type Page, test } from "@playwright/test";

const TESTKIT = join(resolve(import.meta.dirname ?? __dirname, "../.."), "crates/testkit/src");
const PROVIDERS = join(TESTKIT, "payment_provider");
const DEBIAN = "/usr/bin/python3";

/** What a double says it would send. */
export interface Told {
  event: string;
  address?: string;
  text?: string;
  headers?: Record<string, string>;
}

export interface PaymentDouble {
  address: string;
  /** Lets somebody outside do something, such as a payer who agrees; answers what was told meanwhile. */
  outside: (told: object) => Promise<Told[]>;
  end: () => void;
}

function paymentDouble(script: string): Promise<PaymentDouble> {
  return started(join(PROVIDERS, script));
}

/** A Payson of its own for the tests of a file; hosts that they start are told where it is. */
export function withPayson(): Pick<PaymentDouble, "outside"> {
  let double: PaymentDouble;
  test.beforeAll(async () => {
    double = await paymentDouble("payson.py");
    process.env.STOLPE_PAYMENT_ADDRESSES = `payson=${double.address}/2.0/`;
  });
  test.afterAll(() => {
    delete process.env.STOLPE_PAYMENT_ADDRESSES;
    double.end();
  });
  return { outside: (told) => double.outside(told) };
}

/** The owner enters the agreement with Payson; whether it is right has not been tried. */
export async function agreement(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin/organisations`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  await page.getByRole("button", { name: "Lägg till", exact: true }).click();
  await page.getByRole("menuitem", { name: /Payson/ }).click();
  await page.getByLabel("Agent-ID").fill("4");
  await page.getByLabel("API-nyckel").fill("2acab30d-fe50-426f-90d7-8c60a7eb31d4");
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(page.getByText("Inte provad")).toBeVisible();
}

export function smsDouble(script: string): Promise<PaymentDouble> {
  return started(join(TESTKIT, "sms_gateway", script));
}

async function started(script: string): Promise<PaymentDouble> {
  const double: ChildProcess = spawn(existsSync(DEBIAN) ? DEBIAN : "python3", [script], {
    stdio: ["pipe", "pipe", "inherit"],
    // What doubles have in common lies with the providers.
    env: { ...process.env, PYTHONPATH: PROVIDERS, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (!double.stdout || !double.stdin) throw new Error("a process without pipes");
  const lines = createInterface({ input: double.stdout });
  const [first] = await once(lines, "line");
  const { stdin } = double;
  return {
    address: JSON.parse(first).address,
    outside: (told) =>
      new Promise((done) => {
        const seen: Told[] = [];
        const listen = (line: string) => {
          const said: Told = JSON.parse(line);
          seen.push(said);
          if (said.event !== "done") return;
          lines.off("line", listen);
          done(seen);
        };
        lines.on("line", listen);
        stdin.write(`${JSON.stringify(told)}\n`);
      }),
    end: () => double.kill(),
  };
}

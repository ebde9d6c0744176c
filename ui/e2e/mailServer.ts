// The mail server of the host's own tests, a real one on a port of its own, and the letters that reached it.
import { type ChildProcess, spawn } from "node:child_process";
import { on } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures";

const SCRIPT = join(resolve(import.meta.dirname ?? __dirname, "../.."), "crates/testkit/src/mail_server.py");
const DEBIAN = "/usr/bin/python3";

interface Line {
  event: string;
  port?: number;
  to?: string[];
  text?: string;
  files?: { name: string; type: string; content: string }[];
}

export interface Mailbox {
  /** The link of the next message, which must be to this address. */
  link: (to: string) => Promise<URL>;
  /** The file that comes with the next message, which must be to this address. */
  file: (to: string) => Promise<{ name: string; content: Buffer }>;
}

export const test = base.extend<{ mail: Mailbox }>({
  /** A host that sends its mail, and says where it is reached, and the mailbox that all of it comes to. */
  mail: async ({ host, desk: page }, use) => {
    const server = spawn(existsSync(DEBIAN) ? DEBIAN : "python3", [SCRIPT, "--protection", "none"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const next = lines(server);
      const { port } = await next("listening");
      await settle(page, host.url, "/settings/address", { publicUrl: host.url });
      await settle(page, host.url, "/settings/mail", {
        enabled: true,
        host: "127.0.0.1",
        port,
        security: "none",
        fromName: "Brf Ekbacken",
        fromAddress: "stolpe@ekbacken.se",
      });
      await use({
        link: async (to) => {
          const letter = await next("taken");
          expect(letter.to).toEqual([to]);
          return new URL(/https?:\S+/.exec(letter.text ?? "")?.[0] ?? "");
        },
        file: async (to) => {
          const letter = await next("taken");
          expect(letter.to).toEqual([to]);
          const [file] = letter.files ?? [];
          expect(file?.type).toBe("application/pdf");
          return { name: file?.name ?? "", content: Buffer.from(file?.content ?? "", "base64") };
        },
      });
    } finally {
      server.kill();
    }
  },
});

/** Answers with the next line about an event; lines about others are passed by. */
function lines(server: ChildProcess): (event: string) => Promise<Line> {
  if (!server.stdout) throw new Error("the mail server has no standard output");
  const told = on(createInterface({ input: server.stdout }), "line", { close: ["close"] });
  return async (event) => {
    for (;;) {
      const { value, done } = await told.next();
      if (done) throw new Error("the mail server ended: is aiosmtpd installed?");
      const line = JSON.parse(value[0] as string) as Line;
      if (line.event === event) return line;
    }
  };
}

async function settle(page: Page, url: string, path: string, data: object): Promise<void> {
  const address = `${url}/api/v1${path}`;
  const { rowVersion } = await (await page.request.get(address)).json();
  const answer = await page.request.put(address, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${rowVersion}"` },
    data,
  });
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
}

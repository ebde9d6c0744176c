// A payment provider of the host's own tests: a process of its own, in which payers do what a test says.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const FOLDER = join(
  resolve(import.meta.dirname ?? __dirname, "../.."),
  "crates/testkit/src/payment_provider",
);
const DEBIAN = "/usr/bin/python3";

export interface PaymentDouble {
  address: string;
  /** Lets somebody outside do something, such as a payer who agrees. */
  outside: (told: object) => Promise<void>;
  end: () => void;
}

export async function paymentDouble(script: string): Promise<PaymentDouble> {
  const double: ChildProcess = spawn(existsSync(DEBIAN) ? DEBIAN : "python3", [join(FOLDER, script)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!double.stdout || !double.stdin) throw new Error("a process without pipes");
  const lines = createInterface({ input: double.stdout });
  const [first] = await once(lines, "line");
  const { stdin } = double;
  return {
    address: JSON.parse(first).address,
    outside: (told) =>
      new Promise((done) => {
        const listen = (line: string) => {
          if (JSON.parse(line).event !== "done") return;
          lines.off("line", listen);
          done();
        };
        lines.on("line", listen);
        stdin.write(`${JSON.stringify(told)}\n`);
      }),
    end: () => double.kill(),
  };
}

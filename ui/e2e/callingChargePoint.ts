// A charge point that really calls: `ocpp-rpc`, which holds every message of both sides against the official schemas.
import { RPCClient } from "ocpp-rpc";

/** What a charge point answers to a call; nothing when it stays silent. */
type Answering = (action: string, payload: Record<string, unknown>) => object | undefined;

export interface Line {
  /** Says something, as an OCPP call; answers what the host answered. */
  say: (action: string, payload: object) => Promise<Record<string, unknown>>;
  /** Says from now on what it answers to calls of the host. */
  obey: (answering: Answering) => void;
  /** Goes away without a farewell. */
  cut: () => void;
}

/** Calls the host; answers the status of a refusal, or the line. */
export async function call(url: string, identity: string, key?: string): Promise<number | Line> {
  let answering: Answering = () => undefined;
  const client = new RPCClient({
    endpoint: `${url.replace(/^http/, "ws")}/ocpp`,
    identity,
    protocols: ["ocpp1.6"],
    strictMode: true,
    reconnect: false,
    headers: key ? { Authorization: basic(identity, key) } : {},
  } as ConstructorParameters<typeof RPCClient>[0]);
  client.handle(({ method = "", params = {} }) => {
    const answer = answering(method, params);
    return answer ? Promise.resolve(answer) : new Promise(() => {});
  });
  try {
    await client.connect();
  } catch (refused) {
    const status = (refused as { code?: unknown }).code;
    if (typeof status === "number") return status;
    throw refused;
  }
  return {
    say: async (action, payload) => (await client.call(action, payload)) as Record<string, unknown>,
    obey: (next) => {
      answering = next;
    },
    cut: () => void client.close({ force: true }),
  };
}

/** The key as bytes, as charge points send it; the package would send its digits. */
function basic(identity: string, key: string): string {
  const bytes = Buffer.concat([Buffer.from(`${identity}:`), Buffer.from(key, "hex")]);
  return `Basic ${bytes.toString("base64")}`;
}

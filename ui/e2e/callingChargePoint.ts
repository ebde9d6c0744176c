// A charge point that really calls: the handshake of WebSocket by hand, for it must bring its key in a header.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";

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
export function call(url: string, identity: string, key?: string): Promise<number | Line> {
  return new Promise((settle, refuse) => {
    const calling = request(`${url}/ocpp/${encodeURIComponent(identity)}`, {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Protocol": "ocpp1.6",
        ...(key && {
          Authorization: `Basic ${Buffer.concat([Buffer.from(`${identity}:`), Buffer.from(key, "hex")]).toString("base64")}`,
        }),
      },
    });
    calling.on("error", refuse);
    calling.on("response", (response) => {
      response.resume();
      settle(response.statusCode ?? 0);
    });
    calling.on("upgrade", (_response, socket, head) => settle(line(socket as Socket, head)));
    calling.end();
  });
}

function line(socket: Socket, head: Buffer): Line {
  let count = 0;
  let unread = head;
  let answering: Answering = () => undefined;
  const asked = new Map<string, (answer: Record<string, unknown>) => void>();
  const send = (words: unknown) => socket.write(frame(JSON.stringify(words)));
  const hear = (text: string) => {
    const [kind, id, what, payload] = JSON.parse(text);
    if (kind === 2) {
      const answer = answering(what, payload);
      if (answer) send([3, id, answer]);
    } else {
      asked.get(id)?.(kind === 3 ? what : { refused: what });
      asked.delete(id);
    }
  };
  socket.on("error", () => {});
  socket.on("data", (data) => {
    unread = Buffer.concat([unread, data]);
    for (let found = texts(unread); found; found = texts(unread)) {
      unread = found.rest;
      if (found.text !== undefined) hear(found.text);
    }
  });
  return {
    say: (action, payload) => {
      count += 1;
      const id = String(count);
      send([2, id, action, payload]);
      return new Promise((settle) => asked.set(id, settle));
    },
    obey: (next) => {
      answering = next;
    },
    cut: () => socket.destroy(),
  };
}

/** A text in one masked frame (RFC 6455, 5.2). */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  const length =
    body.length < 126
      ? Buffer.from([0x80 | body.length])
      : Buffer.from([0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([
    Buffer.from([0x81]),
    length,
    mask,
    body.map((byte, place) => byte ^ (mask[place % 4] ?? 0)),
  ]);
}

/** The first whole frame of the host, which masks nothing; of another kind than text it has no words. */
function texts(unread: Buffer): { text: string | undefined; rest: Buffer } | undefined {
  const [first = 0, short = 0] = unread;
  const begin = short === 126 ? 4 : 2;
  if (unread.length < begin) return undefined;
  const end = begin + (short === 126 ? unread.readUInt16BE(2) : short);
  if (unread.length < end) return undefined;
  const isText = (first & 0x0f) === 1;
  return { text: isText ? unread.subarray(begin, end).toString() : undefined, rest: unread.subarray(end) };
}

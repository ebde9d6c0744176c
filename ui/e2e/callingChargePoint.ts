// A charge point that really calls: the handshake of WebSocket by hand, for it must bring its key in a header.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";

export interface Line {
  /** Says something, as an OCPP call. */
  say: (action: string, payload: object) => void;
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
    calling.on("upgrade", (_response, socket) => settle(line(socket as Socket)));
    calling.end();
  });
}

function line(socket: Socket): Line {
  let count = 0;
  socket.on("error", () => {});
  socket.resume();
  return {
    say: (action, payload) => {
      count += 1;
      socket.write(frame(JSON.stringify([2, String(count), action, payload])));
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

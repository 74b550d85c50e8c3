import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that a messaging service got. */
export interface Heard {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Behaviour = "takes" | "refuses" | "redirects" | "silent";

/** The webhook, Slack's API and PagerDuty's Events API on one port of this machine, with the answers that they document. */
export async function openServices() {
  const heard: Heard[] = [];
  const behaviour: Record<string, Behaviour> = {};
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      heard.push({ path, authorization: request.headers.authorization, body: JSON.parse(text) });
      answer(request, response, behaviour[path] ?? "takes");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    heard,
    behave: (path: string, how: Behaviour): void => {
      behaviour[path] = how;
    },
    texts: (path: string): string[] => heard.filter((one) => one.path === path).map(({ body }) => String(body.text)),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const OK: Readonly<Record<string, readonly [number, unknown]>> = {
  "/slack/chat.postMessage": [200, { ok: true, channel: "C0123456789", ts: "1700000000.000100" }],
  "/pd/v2/enqueue": [202, { status: "success", message: "Event processed", dedup_key: "x" }],
  "/pd/v2/change/enqueue": [202, { status: "success", message: "Change event processed" }],
};

const REFUSED: Readonly<Record<string, readonly [number, unknown]>> = {
  "/slack/chat.postMessage": [200, { ok: false, error: "channel_not_found" }],
  "/pd/v2/enqueue": [400, { status: "invalid event", errors: ["routing_key is invalid"] }],
  "/pd/v2/change/enqueue": [400, { status: "invalid event" }],
};

function answer({ url = "" }: IncomingMessage, response: ServerResponse, how: Behaviour): void {
  if (how === "silent") return;
  if (how === "redirects") return void response.writeHead(302, { location: "http://127.0.0.1:1/elsewhere" }).end();
  const [status, body] = (how === "refuses" ? REFUSED : OK)[url] ?? [how === "refuses" ? 403 : 200, "ok"];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

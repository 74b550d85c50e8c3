import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Recorded {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

interface Instead {
  readonly question: string;
  readonly body: string;
}

type Change = (question: string, answer: Recorded) => string;

export interface Recording {
  readonly url: string;
  /** The answers so far, by the operation and what was asked. */
  readonly answers: ReadonlyMap<string, Recorded>;
  /** What was asked since the last call, once each. */
  asked(): readonly string[];
  /** From now on, answers come from the record alone; this one, if given, instead of the recorded one. */
  replay(instead?: Instead): void;
  /** From now on, answers come from the server, with this change to them. */
  forward(change?: Change): void;
  /** From now on, its answers carry these headers. */
  carry(headers: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** A proxy before a server of AWS's protocols. First it passes on and records; then it answers from its record. */
export async function recordingProxy(upstream: string): Promise<Recording> {
  const answers = new Map<string, Recorded>();
  let asked: string[] = [];
  let isReplaying = false;
  let instead: Instead | undefined;
  let change: Change | undefined;
  let carried: Readonly<Record<string, string>> = {};
  const answer = (response: ServerResponse, { status, type, body }: Recorded): void =>
    void response.writeHead(status, { ...carried, "content-type": type }).end(body);
  const server = createServer(async (incoming, response) => {
    const sent = await bodyOf(incoming);
    const key = keyOf(incoming, sent);
    asked.push(key);
    const known = answers.get(key);
    if (isReplaying) {
      const body = instead?.question === key ? instead.body : known?.body;
      return known && body !== undefined ? answer(response, { ...known, body }) : response.writeHead(404).end();
    }
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? "/", upstream), { method, headers }, async (from) => {
      const type = from.headers["content-type"] ?? "";
      const found = { status: from.statusCode ?? 502, type, body: await bodyOf(from) };
      answers.set(key, found);
      answer(response, change === undefined ? found : { ...found, body: change(key, found) });
    });
    // A kept connection may be closed at the other end as it is used again.
    onward.on("error", () => response.destroy());
    onward.end(sent);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked: () => {
      const all = [...new Set(asked)];
      asked = [];
      return all;
    },
    replay: (answered) => {
      isReplaying = true;
      instead = answered;
    },
    forward: (changing) => {
      isReplaying = false;
      change = changing;
    },
    carry: (headers) => {
      carried = headers;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `ListTasks {"cluster":…}`: the same question has the same key. */
function keyOf({ headers }: IncomingMessage, body: string): string {
  const operation = String(headers["x-amz-target"] ?? "").split(".")[1];
  return operation === undefined ? (/^Action=(\w+)/.exec(body)?.[1] ?? "") + body : `${operation} ${body}`;
}

/** `ListTasks`, of such a key. */
export const operationOf = (key: string): string => /^\w+?(?=Action| )/.exec(key)?.[0] ?? "";

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import type { SessionEndpoint } from "../../src/sandbox/session-channel/endpoint.ts";
import type { SessionTarget } from "../../src/sandbox/session-channel/model.ts";
import { Session } from "../../src/sandbox/session-channel/session.ts";
import type { World } from "../../src/sandbox/world.ts";
import { readFrame, writeFrame } from "./channel-client.ts";

/** As much of a world as a session looks at; nothing is ever due in it. */
const WORLD = {
  clock: { now: () => 0, speed: 1, after: () => () => {}, at: () => () => {} },
  timings: { execIdle: 1000 },
} as unknown as World;

/** Takes input while it is told to. */
class Gate implements SessionEndpoint {
  accepts = true;
  readonly taken: string[] = [];

  take(_: number | undefined, payload: Buffer): void {
    this.taken.push(payload.toString());
    if (payload.toString() === "enough") this.accepts = false;
  }

  pause(): void {}
  resume(): void {}
  kill(): void {}
  destroy(): void {}
}

/** The client's end of the channel: what it is sent, and what it says. */
class Client extends EventEmitter {
  readonly readyState = 1;
  readonly acknowledged: number[] = [];

  send(frame: Buffer): void {
    const { type, payload } = readFrame(frame);
    if (type === "acknowledge")
      this.acknowledged.push(JSON.parse(payload.toString()).AcknowledgedMessageSequenceNumber);
  }

  say(sequence: number, text: string): void {
    this.emit("message", writeFrame("input_stream_data", sequence, 1, Buffer.from(text)), true);
  }
}

function attached(): { session: Session; gate: Gate; client: Client } {
  const session = new Session(WORLD, "id", {} as SessionTarget, "", []);
  const [gate, client] = [new Gate(), new Client()];
  session.begin(gate);
  session.attach(client as unknown as WebSocket);
  return { session, gate, client };
}

test("input for a far end that takes none waits unacknowledged, and is handled once and in order when it does", () => {
  const { session, gate, client } = attached();
  client.say(0, "some");
  client.say(1, "enough");
  client.say(3, "third");
  client.say(2, "second");
  client.say(2, "second");
  expect([gate.taken, client.acknowledged]).toEqual([
    ["some", "enough"],
    [0, 1],
  ]);
  gate.accepts = true;
  session.ready();
  expect(gate.taken).toEqual(["some", "enough", "second", "third"]);
  expect(client.acknowledged).toEqual([0, 1, 3, 2, 2]);
});

test("where it has enough again in the middle, the rest goes on waiting", () => {
  const { session, gate, client } = attached();
  client.say(0, "enough");
  for (const [index, text] of ["a", "enough", "b"].entries()) client.say(index + 1, text);
  gate.accepts = true;
  session.ready();
  expect(gate.taken).toEqual(["enough", "a", "enough"]);
  gate.accepts = true;
  session.ready();
  expect(gate.taken).toEqual(["enough", "a", "enough", "b"]);
  expect(client.acknowledged).toEqual([0, 1, 2, 3]);
});

test("after the container has gone nothing is taken and nothing acknowledged", () => {
  const { session, gate, client } = attached();
  client.say(0, "before");
  session.abandon();
  client.say(1, "after");
  expect([gate.taken, client.acknowledged]).toEqual([["before"], [0]]);
});

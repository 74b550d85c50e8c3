import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame, PAYLOAD } from "../../../src/aws/ecs-exec/agent-message.ts";
import { SessionCore } from "../../../src/aws/ecs-exec/session-state.ts";

/** `npm run test:all` plays them all. */
const SCHEDULES = process.env.VULCAN_OPS_SAMPLE === "all" ? 10_000 : 2000;

const golden =
  `00000074${Buffer.from("input_stream_data".padEnd(32)).toString("hex")}000000010000018bcfe56800` +
  "000000000000000000000000000000018f0123456789abcd0123456789ab4cde" +
  "d53ca1ea7dce87c11432052a8550ed2615cf715ca843c89710ed83325b691cba0000000300000015" +
  Buffer.from('{"cols":80,"rows":24}').toString("hex");

describe("a frame", () => {
  it("is the one that the plugin sends, both ways", () => {
    const frame: Frame = {
      type: "input_stream_data",
      createdAt: 1_700_000_000_000,
      sequence: 0,
      flags: 1,
      id: "01234567-89ab-4cde-8f01-23456789abcd",
      payloadType: PAYLOAD.size,
      payload: Buffer.from('{"cols":80,"rows":24}'),
    };
    expect(encodeFrame(frame).toString("hex")).toBe(golden);
    expect(decodeFrame(Buffer.from(golden, "hex"))).toEqual(frame);
  });

  it("comes back as it was, whatever it carries", () => {
    const frames = fc.record(
      {
        type: fc.constantFrom("output_stream_data", "acknowledge", "channel_closed"),
        createdAt: fc.nat(),
        sequence: fc.maxSafeNat(),
        flags: fc.constantFrom(0, 1, 3),
        id: fc.uuid(),
        payloadType: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        payload: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      },
      { requiredKeys: ["type", "createdAt", "sequence", "flags", "id", "payload"] },
    );
    fc.assert(fc.property(frames, (frame) => void expect(decodeFrame(encodeFrame(frame))).toEqual(frame)));
  });

  it("that is damaged anywhere in its payload or its digest is none", () => {
    const frame = Buffer.from(golden, "hex");
    for (let at = 80; at < frame.length; at++) {
      if (at >= 112 && at < 120) continue; // the payload's type and length are covered by nothing
      const damaged = Buffer.from(frame);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(decodeFrame(damaged)).toBeUndefined();
    }
  });

  it("is never made out of nonsense, and nonsense does no harm", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some));
    fc.assert(fc.property(bytes, (some) => void expect(decodeFrame(some)).toBeUndefined()));
    const cut = fc.nat({ max: 140 }).map((length) => Buffer.from(golden, "hex").subarray(0, length));
    fc.assert(fc.property(cut, (some) => void expect(decodeFrame(some)).toBeUndefined()));
  });

  it("whose type is padded with NUL, on either side, is read; a publication frame needs no digest", () => {
    const type = "pause_publication";
    const frame = encodeFrame({
      type: "x",
      createdAt: 1,
      sequence: 0,
      flags: 3,
      id: randomUUID(),
      payload: Buffer.alloc(3),
    });
    for (const padded of [type.padEnd(32, "\0"), type.padStart(32, "\0"), type.padEnd(32)]) {
      frame.write(padded, 4, 32, "latin1");
      frame.fill(7, 80, 112);
      expect(decodeFrame(frame)?.type).toBe(type);
    }
  });
});

/** A session core, with what it has sent and printed, at a time that only the test moves. */
function bench() {
  const sent: Buffer[] = [];
  const printed: Buffer[] = [];
  const time = { now: 0 };
  let ids = 0;
  const core = new SessionCore({
    send: (frame) => void sent.push(frame),
    output: (bytes) => void printed.push(bytes),
    now: () => 1_700_000_000_000 + time.now,
    elapsed: () => time.now,
    newId: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, "0")}`,
  });
  return { core, sent, printed, time };
}

const fromAgent = (sequence: number, payload: Buffer, payloadType: number = PAYLOAD.output): Buffer =>
  encodeFrame({
    type: "output_stream_data",
    createdAt: 1,
    sequence,
    flags: sequence === 0 ? 1 : 0,
    id: randomUUID(),
    payloadType,
    payload,
  });

const service = (type: string, content: object | string): Buffer => {
  const payload = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  return encodeFrame({ type, createdAt: 1, sequence: 0, flags: 3, id: randomUUID(), payload });
};

const acknowledge = (sequence: number): Buffer =>
  service("acknowledge", { AcknowledgedMessageSequenceNumber: sequence, IsSequentialMessage: true });

const read = (frame: Buffer): Frame => decodeFrame(frame) ?? expect.unreachable();
const json = (frame: Frame) => JSON.parse(frame.payload.toString());

/** What a schedule does with the next frame of a direction. */
type Fate = "arrive" | "lose" | "twice" | "late" | "damage";

/** The agent's half, independent of ours: numbers its frames, resends the oldest, hands input on in order. */
class Agent {
  readonly waiting = new Map<number, Buffer>();
  readonly input = new Map<number, Buffer>();
  expected = 0;

  constructor(payloads: readonly Buffer[]) {
    payloads.forEach((payload, sequence) => void this.waiting.set(sequence, fromAgent(sequence, payload)));
  }

  /** What it answers. */
  receive(bytes: Buffer): Buffer[] {
    const frame = decodeFrame(bytes);
    if (frame === undefined) return [];
    if (frame.type === "acknowledge") {
      this.waiting.delete(json(frame).AcknowledgedMessageSequenceNumber);
      return [];
    }
    if (frame.sequence >= this.expected) this.input.set(frame.sequence, frame.payload);
    while (this.input.has(this.expected)) this.expected++;
    return [acknowledge(frame.sequence)];
  }
}

/** One direction of a bad wire. */
class Wire {
  #late: Buffer[] = [];
  readonly #fates: readonly Fate[];
  #next = 0;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
  }

  /** The frames that arrive because this one was sent. A schedule ends; after it the wire is good. */
  carry(frame: Buffer): Buffer[] {
    const fate = this.#fates[this.#next++] ?? "arrive";
    if (fate === "late") {
      this.#late.push(frame);
      return [];
    }
    if (fate === "lose") return [];
    if (fate === "damage") return [damaged(frame)];
    const late = this.#late.splice(0);
    return [frame, ...(fate === "twice" ? [frame] : []), ...late.reverse()];
  }
}

function damaged(frame: Buffer): Buffer {
  const bytes = Buffer.from(frame);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 0x55;
  return bytes;
}

describe("a session on a bad wire", () => {
  const fates = fc.array(fc.constantFrom<Fate>("arrive", "lose", "twice", "late", "damage"), { maxLength: 24 });
  const payloads = fc.array(
    fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes)),
    { minLength: 1, maxLength: 10 },
  );

  it(`prints every byte once and in order, and so it is typed: ${SCHEDULES} schedules`, () => {
    fc.assert(
      fc.property(payloads, payloads, fates, fates, fc.nat({ max: 12 }), (printed, typed, down, up, cutAt) => {
        const { core, sent, printed: output, time } = bench();
        const agent = new Agent(printed);
        const [toUs, toAgent] = [new Wire(down), new Wire(up)];
        const exchange = (frames: readonly Buffer[]): void => {
          for (const frame of frames) for (const one of toUs.carry(frame)) core.receive(one);
          for (const frame of sent.splice(0)) {
            for (const one of toAgent.carry(frame)) exchange(agent.receive(one));
          }
        };
        for (const bytes of typed) core.type(bytes);
        exchange([...agent.waiting.values()]);
        for (let round = 0; (agent.waiting.size > 0 || core.waiting > 0) && round < 400; round++) {
          time.now += 1000;
          core.tick();
          if (round === cutAt) core.reconnected();
          exchange([...agent.waiting.values()].slice(0, 1));
        }
        expect(Buffer.concat(output).equals(Buffer.concat(printed))).toBe(true);
        expect(Buffer.concat([...agent.input.values()].slice(0, typed.length)).length).toBe(
          Buffer.concat(typed).length,
        );
        expect(typed.every((bytes, index) => agent.input.get(index)?.equals(bytes))).toBe(true);
        expect([agent.waiting.size, core.waiting]).toEqual([0, 0]);
      }),
      { numRuns: SCHEDULES, seed: 5 },
    );
  });
});

describe("a session", () => {
  it("acknowledges every frame, a duplicate too, and never an acknowledgement", () => {
    const { core, sent, printed } = bench();
    const frame = fromAgent(0, Buffer.from("a"));
    core.receive(frame);
    core.receive(frame);
    core.receive(acknowledge(0));
    expect(Buffer.concat(printed).toString()).toBe("a");
    expect(
      sent.map(read).map(({ type, flags, payloadType, sequence }) => [type, flags, payloadType, sequence]),
    ).toEqual([
      ["acknowledge", 3, 0, 0],
      ["acknowledge", 3, 0, 0],
    ]);
    expect(json(read(sent[0] ?? Buffer.alloc(0)))).toEqual({
      AcknowledgedMessageType: "output_stream_data",
      AcknowledgedMessageId: read(frame).id,
      AcknowledgedMessageSequenceNumber: 0,
      IsSequentialMessage: true,
    });
  });

  it("does not acknowledge what is damaged, or too far ahead to be kept", () => {
    const { core, sent } = bench();
    core.receive(damaged(fromAgent(0, Buffer.from("a"))));
    core.receive(fromAgent(20_000, Buffer.from("a")));
    expect([sent.length, core.damaged]).toEqual([0, 1]);
  });

  it("sends the oldest frame again, and it alone, until it is acknowledged", () => {
    const { core, sent, time } = bench();
    core.resize(80, 24);
    core.type(Buffer.from("x"));
    expect(sent.map((frame) => read(frame).payloadType)).toEqual([PAYLOAD.size, PAYLOAD.output]);
    sent.length = 0;
    const sequences = (): number[] => sent.splice(0).map((frame) => read(frame).sequence);
    for (time.now = 100; time.now <= 900; time.now += 100) core.tick();
    expect(sequences()).toEqual([0, 0, 0, 0]);
    core.receive(acknowledge(0));
    for (time.now = 1500; time.now <= 1700; time.now += 100) core.tick();
    expect(new Set(sequences())).toEqual(new Set([1]));
    core.receive(acknowledge(1));
    time.now = 9000;
    core.tick();
    expect(sequences()).toEqual([]);
  });

  it("holds its input while publication is paused, and gives up an agent that never answers", () => {
    const { core, sent, time } = bench();
    core.type(Buffer.from("x"));
    core.receive(service("pause_publication", "pause_publication"));
    time.now = 1000;
    core.tick();
    expect(sent.length).toBe(1);
    core.receive(service("start_publication", "start_publication"));
    for (; core.end === undefined && time.now < 10_000_000; time.now += 200) core.tick();
    expect([core.end, sent.length]).toEqual([{ kind: "unanswered" }, 3001]);
  });

  it("shakes hands with an agent that asks, whatever frame it asks in", () => {
    const { core, sent, printed } = bench();
    const ask = (actions: object[]) =>
      Buffer.from(JSON.stringify({ AgentVersion: "3.3", RequestedClientActions: actions }));
    const type = {
      ActionType: "SessionType",
      ActionParameters: { SessionType: "InteractiveCommands", Properties: {} },
    };
    core.receive(fromAgent(0, ask([type]), PAYLOAD.handshakeRequest));
    const answer = sent.map(read).find(({ payloadType }) => payloadType === PAYLOAD.handshakeResponse);
    expect(answer && json(answer)).toMatchObject({
      ClientVersion: expect.stringMatching(/^1\.2\.\d{3}/),
      ProcessedClientActions: [{ ActionType: "SessionType", ActionStatus: 1 }],
      Errors: [],
    });
    core.receive(fromAgent(1, Buffer.from('{"HandshakeTimeToComplete":1,"CustomerMessage":""}'), 7));
    core.receive(fromAgent(2, Buffer.from("out")));
    core.receive(fromAgent(3, Buffer.from("err"), PAYLOAD.stderr));
    expect([Buffer.concat(printed).toString(), core.end]).toEqual(["outerr", undefined]);
  });

  it("refuses to encrypt, and says so to the agent", () => {
    const { core, sent } = bench();
    const kms = { ActionType: "KMSEncryption", ActionParameters: { KMSKeyId: "k", Challenge: "" } };
    const request = Buffer.from(JSON.stringify({ RequestedClientActions: [kms] }));
    core.receive(fromAgent(0, request, PAYLOAD.handshakeRequest));
    expect(core.end).toEqual({ kind: "encrypted" });
    const answer = sent.map(read).find(({ payloadType }) => payloadType === PAYLOAD.handshakeResponse);
    expect(answer && json(answer)).toMatchObject({
      ProcessedClientActions: [{ ActionType: "KMSEncryption", ActionStatus: 3 }],
      Errors: ["Unsupported action KMSEncryption"],
    });
  });

  it.each([
    [service("channel_closed", { Output: "" }), { kind: "closed", message: "" }],
    [service("channel_closed", { Output: "why" }), { kind: "closed", message: "why" }],
    [service("channel_closed", "nonsense"), { kind: "closed", message: "" }],
    [
      fromAgent(0, Buffer.from([0, 0, 0, 2]), PAYLOAD.flag),
      { kind: "closed", message: "The agent raised flag 00000002.", flag: 2 },
    ],
    [fromAgent(0, Buffer.from("{}"), PAYLOAD.challengeRequest), { kind: "encrypted" }],
    [fromAgent(0, Buffer.from("nonsense"), PAYLOAD.handshakeRequest), undefined],
    [service("agent_session_state", "{}"), undefined],
    [service("acknowledge", "[]"), undefined],
  ])("ends as it is told (%#)", (frame, end) => {
    const { core } = bench();
    core.receive(frame);
    expect(core.end).toEqual(end);
  });

  it("reads an exit code where an agent speaks of one", () => {
    const { core } = bench();
    core.receive(fromAgent(0, Buffer.from("EXIT_CODE: 3"), PAYLOAD.exitCode));
    expect(core.agentExitCode).toBe(3);
  });
});

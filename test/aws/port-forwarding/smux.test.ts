import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CMD, encodeMux, MOST_IN_FRAME, MuxFrames } from "../../../src/aws/port-forwarding/smux.ts";
import { TunnelStream } from "../../../src/aws/port-forwarding/stream.ts";

const { syn, fin, push, nop } = CMD;

describe("a frame of smux", () => {
  it("has eight bytes before its data: version, command, length and stream, little endian", () => {
    expect(encodeMux(push, 3, Buffer.from("hi")).toString("hex")).toBe("0102020003000000" + "6869");
    expect(encodeMux(syn, 3).toString("hex")).toBe("0100000003000000");
  });

  it("comes back as it was, however the bytes are cut", () => {
    const frame = fc.record({
      cmd: fc.constantFrom(syn, fin, push, nop),
      stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      data: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), cuts, (frames, sizes) => {
        const all = Buffer.concat(frames.map(({ cmd, stream, data }) => encodeMux(cmd, stream, data)));
        const reader = new MuxFrames();
        const found: unknown[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          found.push(...(reader.push(all.subarray(at, at + size)) ?? []));
          at += size;
        }
        expect(found).toEqual(frames);
      }),
    );
  });

  it("of another version is none", () => {
    expect(new MuxFrames().push(Buffer.from("0202020003000000", "hex"))).toBeUndefined();
  });
});

/** A stream, with the frames that it has sent. */
function bench() {
  const reader = new MuxFrames();
  const sent: string[] = [];
  let most = 0;
  let closings = 0;
  const stream = new TunnelStream({
    send: (bytes) => {
      most = Math.max(most, bytes.length);
      for (const { cmd, stream: id, data } of reader.push(bytes) ?? []) sent.push(`${cmd} ${id} ${data.length}`);
    },
    closed: () => closings++,
  });
  return { stream, sent, most: () => most, closings: () => closings };
}

const ended = (stream: TunnelStream): Promise<unknown> => new Promise((resolve) => stream.once("close", resolve));

describe("a stream through a tunnel", () => {
  it("opens, carries and ends as smux has it, in pieces that the data channel takes", async () => {
    const { stream, sent, most, closings } = bench();
    stream.begin();
    stream.write(Buffer.alloc(MOST_IN_FRAME + 10));
    stream.end();
    await new Promise((resolve) => stream.once("finish", resolve));
    expect(sent).toEqual(["0 3 0", `2 3 ${MOST_IN_FRAME}`, "2 3 10", "1 3 0"]);
    expect(most()).toBe(1024);
    stream.destroy();
    await ended(stream);
    expect(closings()).toBe(1);
  });

  it("gives what its own stream brings, and nothing of others; it ends with the far side", async () => {
    const { stream, closings } = bench();
    const got: Buffer[] = [];
    stream.on("data", (bytes: Buffer) => got.push(bytes));
    stream.receive(
      Buffer.concat([encodeMux(nop, 0), encodeMux(push, 5, Buffer.from("no")), encodeMux(push, 3, Buffer.from("yes"))]),
    );
    stream.receive(encodeMux(fin, 3));
    await ended(stream);
    expect(Buffer.concat(got).toString()).toBe("yes");
    expect(closings()).toBe(1);
  });

  it("breaks where the agent speaks something else", async () => {
    const { stream } = bench();
    const failure = new Promise<Error>((resolve) => stream.once("error", resolve));
    stream.receive(Buffer.from("plain text, as the older protocol has it"));
    expect((await failure).message).toBe("the agent does not speak smux, version 1");
  });
});

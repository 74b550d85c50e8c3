import { createHash } from "node:crypto";

/** What a frame carries, by the number in its header (`ecs-exec.md` §2). [S] */
export const PAYLOAD = {
  none: 0,
  output: 1,
  size: 3,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
} as const;

/** SYN on a direction's first frame; SYN and FIN on acknowledgements and state frames. */
export const FLAGS = { none: 0, first: 1, whole: 3 } as const;

/** One binary frame of the data channel. */
export interface AgentMessage {
  readonly type: string;
  readonly createdAt: number;
  readonly sequence: number;
  readonly flags: number;
  /** Hyphenated UUID. */
  readonly id: string;
  /** Absent in the frames that the service itself sends: their header is four bytes shorter. */
  readonly payloadType?: number;
  readonly payload: Buffer;
}

const SCHEMA = 1;
/** Offset of the payload's length: after the payload type, or in its position if there is none. */
const LONG_HEADER = 116;
const SHORT_HEADER = 112;

/** Big endian; the type padded with spaces; the UUID's halves swapped; the digest raw SHA-256. [V] */
export function encodeMessage(message: AgentMessage): Buffer {
  const header = message.payloadType === undefined ? SHORT_HEADER : LONG_HEADER;
  const frame = Buffer.alloc(header + 4 + message.payload.length);
  frame.writeUInt32BE(header, 0);
  frame.write(message.type.padEnd(32), 4, 32, "utf8");
  frame.writeUInt32BE(SCHEMA, 36);
  frame.writeBigUInt64BE(BigInt(message.createdAt), 40);
  frame.writeBigInt64BE(BigInt(message.sequence), 48);
  frame.writeBigUInt64BE(BigInt(message.flags), 56);
  const id = Buffer.from(message.id.replaceAll("-", ""), "hex");
  id.copy(frame, 64, 8, 16);
  id.copy(frame, 72, 0, 8);
  createHash("sha256").update(message.payload).digest().copy(frame, 80);
  if (message.payloadType !== undefined) frame.writeUInt32BE(message.payloadType, 112);
  frame.writeUInt32BE(message.payload.length, header);
  message.payload.copy(frame, header + 4);
  return frame;
}

/** Reads like the agent: the digest is not checked, and the payload is the rest of the frame. Undefined if invalid. */
export function decodeMessage(frame: Buffer): AgentMessage | undefined {
  if (frame.length < SHORT_HEADER + 4) return undefined;
  const header = frame.readUInt32BE(0);
  if (header < SHORT_HEADER || header + 4 > frame.length) return undefined;
  const id = Buffer.concat([frame.subarray(72, 80), frame.subarray(64, 72)]).toString("hex");
  return {
    type: frame
      .toString("utf8", 4, 36)
      .replace(/^[\0 ]+/, "")
      .replace(/[\0 ]+$/, ""),
    createdAt: Number(frame.readBigUInt64BE(40)),
    sequence: Number(frame.readBigInt64BE(48)),
    flags: Number(frame.readBigUInt64BE(56)),
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    ...(header >= LONG_HEADER ? { payloadType: frame.readUInt32BE(112) } : {}),
    payload: frame.subarray(header + 4),
  };
}

import { hash } from "node:crypto";

/**
 * One binary frame of the data channel: AgentMessage of amazon-ssm-agent and session-manager-plugin (`ecs-exec.md` §2),
 * big endian throughout.
 */
export interface Frame {
  readonly type: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly sequence: number;
  readonly flags: number;
  /** Hyphenated, in lower case. */
  readonly id: string;
  /** The service's own frames have none: their header is four bytes shorter. */
  readonly payloadType?: number;
  readonly payload: Buffer;
}

/** Payload types. ECS Exec without a KMS key uses only 1 and 3. A port session does a handshake (5 to 7) and flags. */
export const PAYLOAD = {
  output: 1,
  error: 2,
  size: 3,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  challengeRequest: 8,
  flag: 10,
  stderr: 11,
  exitCode: 12,
} as const;

/** Acknowledgements carry SYN and FIN. Input carries no flags, like the plugin's. */
export const FLAGS = { none: 0, whole: 3 } as const;

const TYPE = { at: 4, length: 32 } as const;
const SCHEMA = 1;
const DIGEST = { at: 80, end: 112 } as const;
const PAYLOAD_TYPE_AT = 112;
const SHORT_HEADER = 112;
const LONG_HEADER = 116;

/** The plugin does not check the digest of these frames either. We know nothing certain about their payload. */
const UNCHECKED: ReadonlySet<string> = new Set(["start_publication", "pause_publication"]);

export function encodeFrame(frame: Frame): Buffer {
  const header = frame.payloadType === undefined ? SHORT_HEADER : LONG_HEADER;
  const bytes = Buffer.alloc(header + 4 + frame.payload.length);
  bytes.writeUInt32BE(header, 0);
  bytes.write(frame.type.padEnd(TYPE.length), TYPE.at, TYPE.length, "utf8");
  bytes.writeUInt32BE(SCHEMA, 36);
  bytes.writeBigUInt64BE(BigInt(frame.createdAt), 40);
  bytes.writeBigInt64BE(BigInt(frame.sequence), 48);
  bytes.writeBigUInt64BE(BigInt(frame.flags), 56);
  const id = frame.id.replaceAll("-", "");
  bytes.write(id.slice(16), 64, "hex");
  bytes.write(id.slice(0, 16), 72, "hex");
  digest(frame.payload).copy(bytes, DIGEST.at);
  if (frame.payloadType !== undefined) bytes.writeUInt32BE(frame.payloadType, PAYLOAD_TYPE_AT);
  bytes.writeUInt32BE(frame.payload.length, header);
  frame.payload.copy(bytes, header + 4);
  return bytes;
}

/** Undefined for bytes that are no frame or are damaged. Such a frame counts as lost, and the sender sends it again. */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < SHORT_HEADER + 4) return undefined;
  const header = bytes.readUInt32BE(0);
  const sequence = Number(bytes.readBigInt64BE(48));
  if (header < SHORT_HEADER || header + 4 > bytes.length || !Number.isSafeInteger(sequence)) return undefined;
  const type = bytes.toString("utf8", TYPE.at, TYPE.at + TYPE.length).replace(/^[\0 ]+|[\0 ]+$/g, "");
  const payload = bytes.subarray(header + 4);
  const isIntact = UNCHECKED.has(type) || digest(payload).equals(bytes.subarray(DIGEST.at, DIGEST.end));
  if (!isIntact) return undefined;
  return {
    type,
    createdAt: Number(bytes.readBigUInt64BE(40)),
    sequence,
    flags: Number(bytes.readBigUInt64BE(56)),
    id: hyphenated(bytes.toString("hex", 72, 80) + bytes.toString("hex", 64, 72)),
    ...(header >= LONG_HEADER ? { payloadType: bytes.readUInt32BE(PAYLOAD_TYPE_AT) } : {}),
    payload,
  };
}

const digest = (payload: Buffer): Buffer => hash("sha256", payload, "buffer");

const hyphenated = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");

#!/usr/bin/env node
// A stand-in for AWS's session-manager-plugin, which cannot be had here: the same arguments, banners and exit status, and
// a client of the data channel written from its protocol alone (reference: ecs-exec.md §2, §5), sharing no code with ours.
import { createHash, randomUUID } from "node:crypto";
import { WebSocket } from "ws";

const [variable, region, action, profile, parameters] = process.argv.slice(2);
if (variable === "--version") {
  process.stdout.write("1.2.804.0\n");
  process.exit(0);
}
if (!/^AWS_SSM_START_SESSION_RESPONSE/.test(variable) || action !== "StartSession" || profile === undefined)
  process.exit(1);
if (!/^ecs:[\w-]+_[0-9a-f]{32}_[0-9a-f]{32}-\d+$/.test(JSON.parse(parameters).Target) || region === "") process.exit(1);

const { SessionId, TokenValue, StreamUrl } = JSON.parse(process.env[variable]);
process.stdout.write(`\nStarting session with SessionId: ${SessionId}\n`);
const socket = new WebSocket(StreamUrl);
let [sent, expected] = [0, 0];
const early = new Map();

socket.on("open", () => {
  const opening = {
    MessageSchemaVersion: "1.0",
    RequestId: randomUUID(),
    TokenValue,
    ClientId: randomUUID(),
    ClientVersion: "1.2.804.0",
  };
  socket.send(JSON.stringify(opening));
});
socket.on("message", (bytes) => receive(bytes));
socket.on("close", () => leave());
process.stdin.on("data", (bytes) => socket.send(frame("input_stream_data", sent++, 0, 1, bytes)));

function receive(bytes) {
  const type = bytes
    .subarray(4, 36)
    .toString()
    .replace(/[\0 ]+$/, "");
  const payload = bytes.subarray(bytes.readUInt32BE(0) + 4);
  if (type === "channel_closed") {
    process.stdout.write(JSON.parse(payload).Output ?? "");
    return leave();
  }
  if (type !== "output_stream_data") return;
  const sequence = Number(bytes.readBigInt64BE(48));
  const acknowledged = {
    AcknowledgedMessageType: type,
    AcknowledgedMessageId: idOf(bytes),
    AcknowledgedMessageSequenceNumber: sequence,
    IsSequentialMessage: true,
  };
  socket.send(frame("acknowledge", 0, 3, 0, Buffer.from(JSON.stringify(acknowledged))));
  if (sequence >= expected) early.set(sequence, payload);
  for (; early.has(expected); early.delete(expected++)) process.stdout.write(early.get(expected));
}

function leave() {
  process.stdout.write(`\n\nExiting session with sessionId: ${SessionId}.\n\n`, () => process.exit(0));
}

function idOf(bytes) {
  const hex = bytes.subarray(72, 80).toString("hex") + bytes.subarray(64, 72).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function frame(type, sequence, flags, payloadType, payload) {
  const bytes = Buffer.alloc(120 + payload.length);
  bytes.writeUInt32BE(116, 0);
  bytes.write(type.padEnd(32), 4);
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(BigInt(Date.now()), 40);
  bytes.writeBigInt64BE(BigInt(sequence), 48);
  bytes.writeBigUInt64BE(BigInt(flags), 56);
  const id = randomUUID().replaceAll("-", "");
  bytes.write(id.slice(16), 64, "hex");
  bytes.write(id.slice(0, 16), 72, "hex");
  createHash("sha256").update(payload).digest().copy(bytes, 80);
  bytes.writeUInt32BE(payloadType, 112);
  bytes.writeUInt32BE(payload.length, 116);
  payload.copy(bytes, 120);
  return bytes;
}

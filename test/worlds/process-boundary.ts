import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs/promises";
import http, { type ClientRequest } from "node:http";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import os from "node:os";
import { Writable } from "node:stream";
import { Life, type Position } from "./life.ts";

/**
 * Lives of the program in one process. Whatever a life does carries its mark, through every promise and timer; at the
 * boundary of the process (files, connections, its own number) the mark decides. So no line of the program needs a seam,
 * and a death is true to a SIGKILL: what has left has left, and nothing more leaves.
 */
const marks = new AsyncLocalStorage<Life>();

/** Numbers that no process of this machine has. */
const FIRST_PID = 1_000_000_000;

const lives: Life[] = [];

export function beginLife(name: string, host: string, skewMs = 0): Life {
  const life = new Life(name, FIRST_PID + lives.length, host, skewMs);
  lives.push(life);
  return life;
}

/** Work that is no life's own, though a life's moment sets it off. */
export const outside = (work: () => void): void => marks.exit(work);

export const within = <T>(life: Life, work: () => T): T => marks.run(life, work);

/** What a dead life waits for. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

const isGone = (): boolean => marks.getStore()?.isDead === true;

/** From now on, lives are told apart in this process. */
export function drawBoundary(): void {
  boundFiles();
  boundConnections();
  boundIdentity();
  syncBuiltinESMExports();
}

// biome-ignore lint/suspicious/noExplicitAny: what is wrapped has every kind of `this`.
type AnyFunction = (this: any, ...args: never[]) => unknown;

function boundFiles(): void {
  const functions = fs as unknown as Record<string, unknown>;
  for (const [name, original] of Object.entries(functions)) {
    if (typeof original !== "function" || name === "open") continue;
    functions[name] = (...args: never[]) => (isGone() ? never() : (original as AnyFunction)(...args));
  }
  const { open } = fs;
  let areHandlesBound = false;
  functions.open = async (...args: Parameters<typeof open>) => {
    if (isGone()) return never();
    const handle = await open(...args);
    if (!areHandlesBound) boundHandles(Object.getPrototypeOf(handle));
    areHandlesBound = true;
    own(handle, String(args[0]));
    return handle;
  };
}

const JOURNAL = /[\\/]executions[\\/][^\\/]+\.jsonl$/;
const paths = new WeakMap<object, string>();

function own(handle: fs.FileHandle, path: string): void {
  const life = marks.getStore();
  if (life === undefined) return;
  paths.set(handle, path);
  life.files.add(handle);
  if (life.isDead) void handle.close().catch(() => undefined);
}

/** Names of what a file's handle can do; of a dead life it does nothing. */
const HANDLE = ["stat", "read", "readFile", "write", "truncate", "sync", "appendFile", "datasync"] as const;

function boundHandles(prototype: fs.FileHandle): void {
  const handles = prototype as unknown as Record<string, AnyFunction>;
  for (const name of HANDLE) {
    const original = handles[name] as AnyFunction;
    handles[name] = function (this: object, ...args: never[]) {
      const life = marks.getStore();
      if (life === undefined) return original.apply(this, args);
      if (life.isDead) return never();
      const isJournal = JOURNAL.test(paths.get(this) ?? "");
      if (isJournal && name === "appendFile")
        return record(life, args[0] as unknown as Buffer, (part) => original.call(this, part as never));
      if (isJournal && name === "datasync") return onDisk(life, () => original.apply(this, args));
      return original.apply(this, args);
    };
  }
  const { close } = handles as unknown as fs.FileHandle;
  handles.close = function (this: fs.FileHandle) {
    for (const life of lives) life.files.delete(this);
    return close.call(this);
  };
}

async function record(life: Life, line: Buffer, write: (part: Buffer) => unknown): Promise<void> {
  if (life.isTorn) {
    await write(line.subarray(0, Math.ceil(line.length / 2)));
    life.die();
    return never();
  }
  await write(line);
  const position = positionOf(line);
  // It follows the confirmation that the shared journal did not take, and is of no step.
  if (position.type !== "execution.detached") life.position = position;
}

function positionOf(line: Buffer): Position {
  const { execution, type, step, phase, at } = JSON.parse(line.toString("utf8"));
  return { execution, type, step, phase, at };
}

async function onDisk(life: Life, sync: () => unknown): Promise<void> {
  await sync();
  life.pass("record");
  if (life.isDead) await never();
}

function boundConnections(): void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: never[]) {
    const life = marks.getStore();
    if (life?.isDead) return this;
    if (life !== undefined) {
      life.sockets.add(this);
      this.once("close", () => life.sockets.delete(this));
    }
    return (connect as AnyFunction).apply(this, args) as Socket;
  } as typeof connect;
  const { request } = http;
  http.request = ((...args: Parameters<typeof request>) =>
    send(args, (...given) => request(...given))) as typeof request;
  const { fetch } = globalThis;
  globalThis.fetch = (...args) => (isGone() ? never() : fetch(...args));
}

function send(
  args: Parameters<typeof http.request>,
  request: (...args: Parameters<typeof http.request>) => ClientRequest,
) {
  const life = marks.getStore();
  if (life === undefined) return request(...args);
  const headers = (args[0] as http.RequestOptions).headers as Record<string, string> | undefined;
  const invocation = headers?.["amz-sdk-invocation-id"];
  const isWrite = life.position?.type === "step.confirmed";
  if (!life.isDead && invocation !== undefined) {
    life.pass("request");
    if (isWrite) life.pass("before-send");
  }
  if (life.isDead) return new Unsent() as unknown as ClientRequest;
  if (invocation !== undefined) life.sent.push({ life, invocation, position: life.position });
  const sent = request(...args);
  if (isWrite && invocation !== undefined) sent.prependOnceListener("response", () => life.pass("after-send"));
  return sent;
}

/** What a dead life takes for a request: it never leaves, and has no answer. */
class Unsent extends Writable {
  override _write(): void {}
  setTimeout(): this {
    return this;
  }
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  abort(): void {}
}

function boundIdentity(): void {
  const { pid } = process;
  Object.defineProperty(process, "pid", { get: () => marks.getStore()?.pid ?? pid, configurable: true });
  const kill = process.kill.bind(process);
  process.kill = ((id: number, signal?: string | number) => {
    const life = lives[id - FIRST_PID];
    if (life === undefined) return kill(id, signal as number);
    if (life.isDead || life.isOver) throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
    return true;
  }) as typeof process.kill;
  const { hostname } = os;
  const builtin = createRequire(import.meta.url)("node:os") as { hostname: () => string };
  builtin.hostname = () => marks.getStore()?.host ?? hostname();
  const files = createRequire(import.meta.url)("node:fs") as { readFileSync: AnyFunction };
  const { readFileSync } = files;
  files.readFileSync = (...args: never[]) => {
    const { host, skewMs = 0 } = marks.getStore() ?? {};
    const path = String(args[0]);
    if (host !== undefined && path === "/etc/machine-id") return host;
    const read = readFileSync(...args);
    return skewMs !== 0 && path === process.env.VULCAN_OPS_CLOCK ? ahead(String(read), skewMs) : read;
  };
}

/** The clock of a sandbox, as a machine shows it whose own is ahead. */
function ahead(setting: string, ms: number): string {
  const { virtual, ...rest } = JSON.parse(setting);
  return JSON.stringify({ ...rest, virtual: virtual + ms });
}

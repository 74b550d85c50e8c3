import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { baseFolder } from "../../src/postgres/base-folder.ts";
import { unprivileged } from "../../src/postgres/system-user.ts";

export const HAS_PROC = process.platform === "linux";

/** A temporary folder of one's own, which PostgreSQL's user can enter: what is left in it was left behind. */
export function ownTmp(): { tmp: string; remove(): void } {
  const tmp = realpathSync(mkdtempSync(join(baseFolder(unprivileged()), "traces-")));
  chmodSync(tmp, 0o755);
  return { tmp, remove: () => rmSync(tmp, { recursive: true, force: true }) };
}

/** The processes whose command line, environment or working folder tells of a path: each as `pid command`. */
export function tracesOf(path: string): string[] {
  if (HAS_PROC) return pids().flatMap((pid) => (tells(pid, path) ? [`${pid} ${proc(pid, "cmdline")}`] : []));
  const lines = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return lines.split("\n").filter((line) => line.includes(path));
}

/** The processes whose command line has these words. */
export function running(words: string): string[] {
  if (HAS_PROC) {
    const all = pids().map((pid) => `${pid} ${proc(pid, "cmdline")}`);
    return all.filter((line) => line.includes(words));
  }
  const lines = execFileSync("ps", ["-axww", "-o", "pid=,args="], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return lines.split("\n").filter((line) => line.includes(words));
}

const pids = (): number[] => readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

const tells = (pid: number, path: string): boolean =>
  pid !== process.pid &&
  (proc(pid, "cmdline").includes(path) || proc(pid, "environ").includes(path) || cwdOf(pid).startsWith(path));

function proc(pid: number, name: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1").replaceAll("\0", " ");
  } catch {
    return ""; // it has ended
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

/** Every address on which processes that tell of the path listen, as `127.0.0.1:port`; Linux only. */
export function listening(path: string): string[] {
  const sockets = new Set(pids().flatMap((pid) => (tells(pid, path) ? socketsOf(pid) : [])));
  const bound = ["tcp", "tcp6", "udp", "udp6"].flatMap((protocol) => rowsOf(protocol));
  return [...new Set(bound.filter(({ inode }) => sockets.has(inode)).map(({ address }) => address))].sort();
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const socket = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`));
      return socket === null ? [] : [socket[1] ?? ""];
    });
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** TCP sockets that listen, and UDP sockets that nobody is connected to. */
function rowsOf(protocol: string): { address: string; inode: string }[] {
  const rows = readFileSync(`/proc/net/${protocol}`, "utf8").trim().split("\n").slice(1);
  return rows.flatMap((row) => {
    const [, local = "", , state, , , , , , inode = ""] = row.trim().split(/\s+/);
    if (state !== (protocol.startsWith("tcp") ? "0A" : "07")) return [];
    const [host = "", port = ""] = local.split(":");
    return [{ address: `${hostOf(host)}:${Number.parseInt(port, 16)}`, inode }];
  });
}

const hostOf = (hex: string): string =>
  hex.length === 8 ? [...Buffer.from(hex, "hex")].reverse().join(".") : `[${hex}]`;

export const isOpen = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      settle(true);
    });
    socket.on("error", () => settle(false));
  });

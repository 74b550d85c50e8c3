import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Where a process runs, as far as its number can be looked up there. Each part but the name may not be known. */
export interface MachineIds {
  /** For people: a laptop has another name in another network, and containers may share one. */
  readonly host: string;
  /** The machine's own id, hashed; absent in a container, whose image may hold the id of another machine. */
  readonly machine?: string;
  /** Differs after each start of the machine. */
  readonly boot?: string;
  /** Processes of another one have other numbers, on the same machine too. */
  readonly pidSpace?: string;
}

/** The process can be looked up here, has ended with its machine's run, or cannot be looked up. */
export type Visibility = "here" | "gone" | "elsewhere";

/** Whether a process at that place can be looked up at this one. Only where no ids are known, the name decides. */
export function visibilityOf(there: MachineIds, here: MachineIds = thisMachine()): Visibility {
  if (there.boot === undefined || here.boot === undefined) return isNamesake(there, here) ? "here" : "elsewhere";
  if (there.boot === here.boot) return there.pidSpace === here.pidSpace ? "here" : "elsewhere";
  return there.machine !== undefined && there.machine === here.machine ? "gone" : "elsewhere";
}

/** Whether both are one machine: by its own id, or by name where an id is not known. */
export const isSameMachine = (
  one: Pick<MachineIds, "host" | "machine">,
  other: Pick<MachineIds, "host" | "machine">,
): boolean =>
  one.machine === undefined || other.machine === undefined ? one.host === other.host : one.machine === other.machine;

const isNamesake = isSameMachine;

export function thisMachine(): MachineIds {
  const pidSpace = linkOf("/proc/self/ns/pid");
  const boot = hashed(textOf("/proc/sys/kernel/random/boot_id") ?? darwin()?.boot);
  const isContainer = pidSpace !== undefined && pidSpace !== FIRST_PID_SPACE;
  const machine = isContainer ? undefined : hashed(machineId());
  return {
    host: hostname(),
    ...(machine && { machine }),
    ...(boot && { boot }),
    ...(pidSpace && { pidSpace }),
  };
}

/** Linux gives the first one this number at each start. [O] */
const FIRST_PID_SPACE = "pid:[4026531836]";

const machineId = (): string | undefined =>
  textOf("/etc/machine-id") ?? textOf("/var/lib/dbus/machine-id") ?? darwin()?.machine;

/** The id itself is not to leave the machine. [D: machine-id(5)] */
const hashed = (id: string | undefined): string | undefined =>
  id && createHash("sha256").update(`vulcan-ops:${id}`).digest("hex").slice(0, 16);

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

interface Ids {
  readonly machine?: string | undefined;
  readonly boot?: string | undefined;
}

let ofDarwin: Ids | undefined;

/** macOS has no files for them. Asked once a process. */
function darwin(): Ids | undefined {
  if (process.platform !== "darwin") return undefined;
  ofDarwin ??= {
    machine: /"IOPlatformUUID" = "([^"]+)"/.exec(outputOf("ioreg", "-rd1", "-c", "IOPlatformExpertDevice"))?.[1],
    boot: outputOf("sysctl", "-n", "kern.bootsessionuuid").trim() || undefined,
  };
  return ofDarwin;
}

const LIMIT_MS = 1000;

function outputOf(command: string, ...words: readonly string[]): string {
  try {
    return execFileSync(command, words, { encoding: "utf8", timeout: LIMIT_MS, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

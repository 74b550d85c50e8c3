import { createHash } from "node:crypto";
import { onWayOut } from "../../../commands/way-out.ts";
import { type Given, textOf } from "../../cli/options.ts";
import { type Context, look, operatorOf, stateDirOf } from "../../cli/process-context.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import { type LockHolder, leftTo } from "../../domain/lock.ts";
import type { World } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import type { Ending } from "../../engine/outcome.ts";
import type { Engine } from "../../engine/run.ts";
import { hasJournal, type JournalFile } from "../../journal/journal-file.ts";
import { findLocks, holds, type Lock, takeLock } from "../../journal/lock-file.ts";
import { openStateDir } from "../../journal/state-dir.ts";
import type { Screen } from "../../ui/io/screen.ts";
import { paragraph } from "../../ui/text/layout.ts";
import { stayLean } from "../limit-heap-growth.ts";
import { endpointOf } from "../target/endpoint-override.ts";
import type { Site } from "../target/open.ts";
import { TargetHold } from "./target-lock.ts";

/** Where an execution takes place: what was typed, the process, the target, and the people. */
export interface Scene {
  readonly given: Given;
  readonly context: Context;
  readonly site: Site;
  readonly screen: Screen;
}

/**
 * One execution at a time on a target: on this machine by a file, among machines by a parameter beside the target, taken
 * while `work` begins. Both are released whatever happens, and no trouble with that replaces what `work` came to.
 */
export async function underLock<T>(
  execution: string,
  command: string,
  scene: Scene,
  work: (dir: string, hold: TargetHold) => Promise<T>,
): Promise<T> {
  const { given, context, site, screen } = scene;
  const dir = await openStateDir(stateDirOf(given, context));
  const since = new Date(site.clock.now()).toISOString();
  const holder = { execution, command, since, ...operatorOf() };
  const yielded: LockHolder[] = [];
  // Who asks is known before the first request of ours that writes, the lock's own among them.
  const key = lockKey(site.target, (await site.caller()).account, context);
  const local = await takeLock(dir, key, holder, async (other) => {
    const scope = other.host === holder.host ? "machine" : "shared";
    const { yes } = await screen.ask({ kind: "takeOver", holder: other, scope, now: site.clock.now() });
    if (!yes) throw leftTo(other);
    const { execution: id, command: runs, operator, host, since: from } = other;
    yielded.push({ execution: id, command: runs, operator, host, since: from });
    return true;
  });
  const hold = new TargetHold({
    holder,
    local,
    shared: site.sharedLock,
    yielded,
    clock: site.clock,
    ask: screen.ask,
    say: (text) => screen.say(`${paragraph(text, look(context), 0).join("\n")}\n`),
    isGone: (id) => isGone(dir, id, local),
  });
  return onWayOut(
    () => work(dir, hold),
    () => hold.release(),
    (problem) => screen.say(`The lock of the target could not be released: ${problem}\n`),
  );
}

/** What this state folder records ran on this machine, and the lock here is ours now: it runs no more, or holds another. */
async function isGone(dir: string, execution: string, local: Lock): Promise<boolean> {
  if (local.after === execution) return true;
  return (await hasJournal(dir, execution)) && !(await findLocks(dir, execution)).some(holds);
}

/** One service is one lock, whatever names it goes by: account as AWS says it, region, cluster, service, endpoint. */
function lockKey(target: Target, account: string, { env }: Context): string {
  const where = [account, target.region, target.cluster, target.service, endpointOf(env)].join("|");
  return `${target.service}-${createHash("sha256").update(where).digest("hex").slice(0, 12)}`;
}

export function engineOf(
  journal: JournalFile,
  hold: TargetHold,
  { given, context, site, screen }: Scene,
): Engine<World> {
  const expectCurrent = textOf(given, "expect-current");
  return {
    ...site.planner,
    gateway: site.gateway,
    io: screen,
    journal,
    hold,
    stop: context.stop,
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
  };
}

/** Runs to the ending, also to one that the journal cannot hold any more; the journal is closed whatever happens. */
export async function conclude(
  journal: JournalFile,
  execution: string,
  { site, screen }: Scene,
  work: () => Promise<Ending>,
): Promise<ExitCode> {
  stayLean();
  const ending = await onWayOut(
    () => work().catch((error: unknown) => unwritten(error, execution, site, screen)),
    () => journal.close(),
    (problem) => screen.say(`The journal could not be closed: ${problem}\n`),
  );
  return ending.exitCode;
}

/** Something was sent, and the journal takes no more: this ending is on the screen alone, with what to type. */
function unwritten(error: unknown, execution: string, { clock }: Site, screen: Screen): Ending {
  if (!(error instanceof OpsError) || error.detail.code !== "state-dir-unwritable") throw error;
  if (error.exitCode !== EXIT.unknown) throw error;
  const { message, unchanged = "", next = [], code: reason } = error.detail;
  const ending = { status: "unknown", exitCode: EXIT.unknown, reason, text: `${message}. ${unchanged}`, next } as const;
  screen.notify({ type: "execution.ended", at: new Date(clock.now()).toISOString(), execution, ...ending });
  return ending;
}

import { commandLine } from "./command-line.ts";
import { NOTHING_SENT, OpsError } from "./error.ts";
import { EXIT } from "./exit-codes.ts";
import { ago, utcTime } from "./time.ts";
import { asTyped, type TypedOptions } from "./typed-options.ts";
import type { Unfinished } from "./unfinished.ts";

/** The execution that holds a target, and its operator. */
export interface LockHolder {
  readonly execution: string;
  /** For people: the command line that it runs. */
  readonly command: string;
  readonly operator: string;
  /** The machine's name, for people. */
  readonly host: string;
  /** The machine's own id, hashed; absent where it is not known. */
  readonly machine?: string;
  /** RFC 3339. */
  readonly since: string;
  /** The shared journal did not answer: its last records are on its own machine only. */
  readonly isUnshared?: boolean;
}

/** The content of the shared lock's parameter. */
export interface SharedHolder extends LockHolder {
  /** The execution that this one took over from. */
  readonly tookOverFrom?: string;
  /** It has released the lock, and left this record for the execution that it took over from. */
  readonly released?: boolean;
  /** What executions have left that ended while the shared journal did not answer, the oldest first. */
  readonly left?: readonly UnsharedRecords[];
}

/**
 * The last records of an execution that has ended, up to this place, are on its own machine only. Where that place is
 * taken in the shared journal by now, this is over.
 */
export interface UnsharedRecords {
  readonly execution: string;
  readonly operator: string;
  readonly host: string;
  readonly to: number;
}

/**
 * The advisory lock that operators on different machines share: one parameter in the target's own account and region.
 * Apart from an execution's Operations, the program writes nothing else to AWS, and the lock can only write this one
 * name. Each call ends within two seconds, whatever AWS does.
 */
export interface SharedLock {
  /** The first claim wins. Returns the present holder: the given one, or the one that was there before. */
  claim(holder: SharedHolder): Promise<SharedHolder>;
  read(): Promise<SharedHolder | undefined>;
  /** Whether the same process wrote both. Compares the texts as far as the lock keeps them. */
  isSame(a: SharedHolder, b: SharedHolder): boolean;
  /** Takes the lock, whichever execution holds it. */
  replace(holder: SharedHolder): Promise<void>;
  remove(): Promise<void>;
}

/** The right of one execution to write to its target. Advisory: it only informs operators about each other. */
export interface HeldLock {
  /** Called before each write. Throws (exit 5) where another execution holds the target. */
  assertHeld(): Promise<void>;
  /** The holders that this execution took over from. Each is returned once. */
  takenOverFrom(): readonly LockHolder[];
  /** The records of this execution that are on other machines only, without which a person has continued. */
  continuedWithout(): readonly UnsharedRecords[];
  /** Frees the lock that machines share. Nothing is sent after it. Answers what stays of it; never throws. */
  freeShared(): Promise<readonly Unfinished[]>;
}

/** The id of a lock whose record holds none that can be read. It can be released and taken over by it. */
export const UNREADABLE_LOCK = "unreadable";

/** What stands for a text that the record of a lock lacks. */
export const NOT_RECORDED = "unknown";

export const isUnreadableLock = ({ execution }: Pick<LockHolder, "execution">): boolean =>
  execution === UNREADABLE_LOCK;

/** `alice@laptop`, as far as the record says. */
export function lockOperator({ operator, host }: Pick<LockHolder, "operator" | "host">): string {
  if (operator === NOT_RECORDED)
    return host === NOT_RECORDED ? "an unknown operator" : `an unknown operator on ${host}`;
  return host === NOT_RECORDED ? operator : `${operator}@${host}`;
}

/** `alice@laptop since 2026-04-10T03:41:07Z (4 min 2 s ago), execution 7k2mqp (rollback --to 42)` */
export function holderText(holder: LockHolder, now?: number): string {
  const { since, execution, command } = holder;
  if (isUnreadableLock(holder) && holder.operator === NOT_RECORDED) return "a holder whose record cannot be read";
  if (isUnreadableLock(holder))
    return `${lockOperator(holder)}${sinceText(since, now)}, whose record cannot be read in full`;
  const runs = command === NOT_RECORDED ? "" : ` (${command})`;
  return `${lockOperator(holder)}${sinceText(since, now)}, execution ${execution}${runs}`;
}

function sinceText(since: string, now: number | undefined): string {
  const at = Date.parse(since);
  if (Number.isNaN(at)) return since === NOT_RECORDED ? "" : ` since ${since}`;
  return ` since ${utcTime(new Date(at).toISOString())}${now === undefined ? "" : ` (${ago(since, now)})`}`;
}

/** Exit 5: another execution holds the target, and the operator has not asked to take it over. */
export function targetLockedError(holder: LockHolder, now?: number, isUnrecordedHere = false): OpsError {
  const unrecorded = isUnrecordedHere ? `; ${noRecordText(holder)}` : "";
  return lockedError(`the target is locked by ${holderText(holder, now)}${unrecorded}`, [
    commandLine`Add to the same command, to take over: --take-over ${holder.execution}`,
    commandLine`vulcan-ops unlock ${holder.execution}`,
  ]);
}

/** Exit 5: the file of this machine's lock cannot be read, so it counts as held. Another folder has another file. */
export function unreadableLockError(error: unknown): unknown {
  return error instanceof OpsError && error.exitCode === EXIT.locked
    ? new OpsError({ ...error.detail, code: LOCK_UNREADABLE })
    : error;
}

export const LOCK_UNREADABLE = "lock-unreadable";

/** Exit 5: earlier executions ended with records that only their machines have, and no operator has agreed to continue without them. */
export function unsharedRecordsError(records: readonly UnsharedRecords[]): OpsError {
  const hosts = [...new Set(records.map(({ host }) => host))];
  return lockedError(records.map(unsharedText).join("; "), [
    ...hosts.map((host) => `on ${host}, where it reaches the shared journal: vulcan-ops history`),
    commandLine`Add to the same command, to continue without them: --take-over ${newestUnshared(records)}`,
    ...records.map(
      ({ execution, host }) => `where ${host} is lost: ${commandLine`vulcan-ops unlock ${execution}`}` as const,
    ),
  ]);
}

/** Exit 3: the operator has seen it, and does not continue without those records. */
export function recordsAwaitedError(records: readonly UnsharedRecords[]): OpsError {
  const { detail } = unsharedRecordsError(records);
  const message = `not continued: ${detail.message}`;
  return new OpsError({ ...detail, code: "declined", exitCode: EXIT.declined, message });
}

/** `the last records of execution 7k2mqp are on laptop only (alice@laptop)` */
export const unsharedText = ({ execution, operator, host }: UnsharedRecords): string =>
  `the last records of execution ${execution} are on ${host} only (${operator}@${host})`;

/** Its id answers for all: who types it has seen the others beside it. */
export const newestUnshared = (records: readonly UnsharedRecords[]): string => records.at(-1)?.execution ?? "";

/** Exit 5: another execution holds the target, and this command takes nothing over. */
export function heldByAnotherError(holder: LockHolder, now?: number): OpsError {
  const verb = isUnreadableLock(holder) ? "unlock" : "show";
  return lockedError(`the target is held by ${holderText(holder, now)}`, [
    commandLine`vulcan-ops ${verb} ${holder.execution}`,
  ]);
}

/** Only the machine that ran it, or the world itself, can say whether it has sent anything. */
export const noRecordText = ({ host }: Pick<LockHolder, "host">): string =>
  `it has no journal here; its own is on ${host}, if it began one`;

/** What the process of an execution would leave if it left now, besides what AWS carries out. */
export interface LeftBehind {
  readonly execution: string;
  /** Its first record is on the disk. */
  readonly isRecorded: boolean;
  readonly typed?: TypedOptions | undefined;
}

/** What a process says that leaves at once. */
export function leavingText(left: LeftBehind | undefined): string {
  if (left === undefined) return "Left.";
  const { execution, isRecorded, typed = {} } = left;
  const verb = isRecorded ? "resume" : "unlock";
  const command = asTyped(commandLine`vulcan-ops ${verb} ${execution}`, typed);
  return isRecorded
    ? `Left. The journal knows where it stands: ${command}`
    : `Left before its first record: nothing was sent. Its lock stays: ${command}`;
}

/** Exit 5: the target was ours, and another execution has taken it over. */
export function lockLostError(holder: LockHolder, now?: number): OpsError {
  const { detail } = lockedError(`the target was taken over by ${holderText(holder, now)}; nothing more is sent`, []);
  return new OpsError({ ...detail, code: "lock-lost" });
}

/** Exit 3: the operator has seen the holder and does not take over. */
export function notTakenOverError(holder: LockHolder): OpsError {
  const { detail } = targetLockedError(holder);
  return new OpsError({
    ...detail,
    code: "declined",
    exitCode: EXIT.declined,
    message: `not taken over: the target stays with ${holderText(holder)}`,
  });
}

export function lockedError(message: string, next: readonly string[]): OpsError {
  return new OpsError({
    code: "locked",
    exitCode: EXIT.locked,
    fault: "operator",
    message,
    unchanged: NOTHING_SENT,
    next,
  });
}

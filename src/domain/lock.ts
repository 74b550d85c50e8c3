import { commandLine } from "./command-line.ts";
import { NOTHING_SENT, OpsError } from "./error.ts";
import { EXIT } from "./exit-codes.ts";
import { ago } from "./time.ts";

/** The execution that has a target to itself, and whose it is. */
export interface LockHolder {
  readonly execution: string;
  /** For people: the command line that it runs. */
  readonly command: string;
  readonly operator: string;
  readonly host: string;
  /** RFC 3339. */
  readonly since: string;
}

/** What the shared lock's parameter says. */
export interface SharedHolder extends LockHolder {
  /** The execution that had to yield to this one. */
  readonly over?: string;
  /** It has let go, and left word for the one it had taken over. */
  readonly released?: boolean;
}

/**
 * The advisory lock that operators on different machines share: one parameter of the target's own account and region.
 * Apart from an execution's Operations this is all that the program ever writes to AWS, and it can write nothing but
 * this one name. Each call ends within two seconds, whatever AWS does.
 */
export interface SharedLock {
  /** The first wins. Answers who has it now: the one given, or the one that was there before. */
  claim(holder: SharedHolder): Promise<SharedHolder>;
  read(): Promise<SharedHolder | undefined>;
  /** Whether both were written by the same process, as far as the lock keeps their texts. */
  isSame(a: SharedHolder, b: SharedHolder): boolean;
  /** Takes it whoever has it. */
  replace(holder: SharedHolder): Promise<void>;
  remove(): Promise<void>;
}

/** The right of one execution to write to its target. Advisory: it tells operators of each other, and no more. */
export interface Hold {
  /** Asked before each write: throws (exit 5) where another execution has the target. */
  assert(): Promise<void>;
  /** Those who had to yield to this execution; each is told once. */
  yielded(): readonly LockHolder[];
}

/** `alice@laptop since 2026-04-10T03:41:07Z (4 min 2 s ago), execution 7k2mqp (rollback --to 42)` */
export function holderText({ operator, host, since, execution, command }: LockHolder, now?: number): string {
  const age = now === undefined || Number.isNaN(Date.parse(since)) ? "" : ` (${ago(since, now)})`;
  return `${operator}@${host} since ${since}${age}, execution ${execution} (${command})`;
}

/** Exit 5: another execution has the target, and nobody has said that it is to yield. */
export function lockedBy(holder: LockHolder, now?: number): OpsError {
  return locked(`the target is locked by ${holderText(holder, now)}`, [
    commandLine`Add to the same command, to take over: --take-over ${holder.execution}`,
    commandLine`vulcan-ops unlock ${holder.execution}`,
  ]);
}

/** Exit 5: the target was ours, and another execution has taken it over. */
export function lostTo(holder: LockHolder, now?: number): OpsError {
  const { detail } = locked(`the target was taken over by ${holderText(holder, now)}; nothing more is sent`, []);
  return new OpsError({ ...detail, code: "lock-lost" });
}

/** Exit 3: the operator has seen who has it, and leaves it to them. */
export function leftTo(holder: LockHolder): OpsError {
  const { detail } = lockedBy(holder);
  return new OpsError({
    ...detail,
    code: "declined",
    exitCode: EXIT.declined,
    message: `not taken over: the target stays with ${holderText(holder)}`,
  });
}

export function locked(message: string, next: readonly string[]): OpsError {
  return new OpsError({
    code: "locked",
    exitCode: EXIT.locked,
    fault: "operator",
    message,
    unchanged: NOTHING_SENT,
    next,
  });
}

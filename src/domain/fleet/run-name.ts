import { createHash } from "node:crypto";
import { type CommandLine, commandLine } from "../command-line.ts";
import { canonical } from "../json.ts";

/** Crockford's base 32 without I, L, O and U: ids are read out over the telephone, and journals take lower case. */
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 12;

/** A run's name: a key in the table and a part of `plan:RUN/TARGET`. */
export const RUN_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * The id of a target's execution in a run: base 32 of sha256(run, target), 60 bits. A retry, a second start and a person
 * compute the same one, so all of them mean the same execution.
 */
export function executionIdIn(run: string, target: string): string {
  const hash = createHash("sha256").update(`${run}\n${target}`).digest();
  const bits = [...hash.subarray(0, 8)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = Array.from({ length: ID_LENGTH }, (_, index) =>
    LETTERS.charAt(Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)),
  );
  return letters.join("");
}

/**
 * What the machine's execution for a run is called, where those before it have died: the name of one that has ended is taken
 * for 90 days. [D: API_StartExecution.html] No run has a `_` in its name.
 */
export const executionName = (run: string, attempt: number): string => (attempt === 1 ? run : `${run}_${attempt}`);

/** What a worker is given for its plan. */
export const planReference = (run: string, target: string): string => `plan:${run}/${target}`;

/** What continues a run that is over. Without `--rest-of`, a rollback of what is done already would go back once more. */
export const planOfRest = (run: string): CommandLine => commandLine`vulcan-ops fleet plan FILE -o DIR --rest-of ${run}`;

/** The run and the target of a reference; undefined where it is none, and so a file. */
export function planReferenced(text: string): { readonly run: string; readonly target: string } | undefined {
  const [, run, target] = /^plan:([a-z][a-z0-9-]{0,39})\/([^/]+)$/.exec(text) ?? [];
  return run === undefined || target === undefined ? undefined : { run, target };
}

/**
 * The digest (sha256, hex) of a set of plans: over each target and the digest of its plan, sorted by target, and over the
 * waves that they run in. Who approves it approves these changes, in these waves, and no other ones.
 */
export function setDigest(plans: ReadonlyMap<string, string>, waves: readonly object[]): string {
  const sorted = [...plans].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(canonical({ plans: sorted, waves: waves as never }))
    .digest("hex");
}

import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect } from "vitest";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import { runningTasks, sh, shellIn } from "../../aws/ecs-exec/support.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../sandbox-harness.ts";

const ANSWERS = ["--yes", "--confirm", "drop licences.seats", "--confirm", "down to 7", "--confirm", "41"];

interface Circumstances {
  readonly stop?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly heard?: (text: string) => void;
}

/** Hears what is printed, and waits until it says something. */
export function ear() {
  let text = "";
  let wake = (): void => {};
  const heard = (part: string): void => {
    text += part;
    wake();
  };
  const listenOnce = (resolve: () => void): void => {
    wake = resolve;
  };
  const until = async (words: string): Promise<void> => {
    while (!text.includes(words)) await new Promise<void>((resolve) => listenOnce(resolve));
  };
  return { heard, until };
}

/** `migrate down …` with every answer given, as JSON lines. */
export const down = (rig: Rig, words: readonly string[], around: Circumstances = {}): Promise<Outcome> =>
  vulcanOps(downWords(rig, words), { columns: 400, ...around });

export const downWords = (rig: Rig, words: readonly string[]): string[] => [
  "migrate",
  "down",
  ...words,
  ...ANSWERS,
  ...(words.includes("--expect-current") ? [] : ["--expect-current", words.includes("task") ? "43" : "8"]),
  ...["--output", "ndjson", "--state-dir", rig.stateDir],
];

export const goOn = (rig: Rig, id: string, command = "resume"): Promise<Outcome> =>
  vulcanOps([command, id, ...ANSWERS, "--expect-current", "43", "--output", "ndjson", "--state-dir", rig.stateDir], {
    columns: 400,
  });

export const idOf = ({ stdout }: Outcome): string => eventsOf(stdout)[0]?.execution ?? "";

/** How it ended, and the steps that failed, with their reasons. */
export function ended({ code, stdout }: Outcome) {
  const events = eventsOf(stdout);
  const last = events.at(-1) as Extract<JournalEvent, { type: "execution.ended" }> | undefined;
  const failed = events.flatMap((event) => (event.type === "step.failed" ? [failureOf(event)] : []));
  const { reason, text = "", next = [], unfinished } = last ?? {};
  return { code, reason, text, next, failed, unfinished };
}

const failureOf = (event: JournalEvent): string => {
  const { step, reason } = event as Extract<JournalEvent, { type: "step.failed" }>;
  return `${step}: ${reason}`;
};

/** Statements by somebody else's hand. */
export async function sql(rig: Rig, ...statements: readonly string[]): Promise<void> {
  const client = await connect(rig);
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function connect(rig: Rig): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: rig.sandbox.databaseUrl, application_name: "a report" });
  client.on("error", () => {}); // a reset cuts it
  await client.connect();
  return client;
}

/** One statement at the very moment at which this is printed. */
export async function whenHeard(rig: Rig, words: string, statement: string): Promise<(text: string) => void> {
  const client = await connect(rig);
  return (text) => {
    if (text.includes(words)) void client.query(statement).then(() => client.end());
  };
}

/** A long read of a table: whatever changes the table waits, until the answer is called. */
export async function report(rig: Rig, table: string, ...more: readonly string[]): Promise<() => Promise<void>> {
  const client = await connect(rig);
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
  for (const statement of more) await client.query(statement);
  return () => client.end().catch(() => {});
}

/** Until the Down waits for a table. */
export async function standing(rig: Rig): Promise<void> {
  const client = await connect(rig);
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'vulcan migrate' AND wait_event_type = 'Lock'";
  while ((await client.query(waiting)).rowCount === 0) await delay(20);
  await client.end();
}

/** What `vulcan migrate down` ran, and how each ended. */
export const runs = (rig: Rig): string[] =>
  rig.sandbox.state().commands.map(({ args, exitCode }) => `${args.slice(1).join(" ")} → ${exitCode ?? "?"}`);

/** Versions that are applied, each with when. */
export async function rows(rig: Rig): Promise<readonly string[]> {
  const client = await connect(rig);
  const { rows: found } = await client.query(
    "SELECT version || ' ' || applied_at AS row FROM migrations ORDER BY version",
  );
  await client.end();
  return found.map(({ row }) => row as string);
}

/** What was sent that leaves something behind. */
export const writes = (rig: Rig): string[] =>
  mutations(rig.sandbox).filter((name) => name !== "TerminateSession" && name !== "ExecuteCommand");

/** As `kill -9` of the Down and all that belongs to it. */
export async function killDown(rig: Rig): Promise<void> {
  await shellIn(rig.sandbox, {}, { task: runningTasks(rig.sandbox)[0] }).run(
    sh('for p in "$HOME"/.vulcan-ops-*/pid; do kill -s KILL -- "-$(cat "$p")"; done'),
  );
}

/** Exactly these rows are left, by one Down, and the service is at its size on the image that fits them. */
export async function expectTakenBack(rig: Rig, left: readonly string[]): Promise<void> {
  expect(await rows(rig)).toEqual(left);
  expect(runs(rig)).toEqual(["down 2 → 0"]);
  expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  expect(runningRevisions(rig.sandbox).filter((name) => name === "vulcan-prod:41")).toHaveLength(3);
}

/** No row is gone, the image is untouched, and what was held has been let go. */
export async function expectUntouched(rig: Rig, before: readonly string[]): Promise<void> {
  expect(await rows(rig)).toEqual(before);
  expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
  expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService", "UpdateTaskProtection", "UpdateService"]);
}

/** Until this operation has been asked for. */
export async function asked(rig: Rig, operation: string, times = 1): Promise<void> {
  const count = (): number => rig.sandbox.requests().filter((request) => request.operation === operation).length;
  while (count() < times) await delay(5);
}

/** Until so many virtual minutes have gone. */
export async function gone(rig: Rig, minutes: number): Promise<void> {
  const end = rig.sandbox.now() + minutes * 60_000;
  while (rig.sandbox.now() < end) await delay(20);
}

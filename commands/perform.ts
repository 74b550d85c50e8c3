import type { World } from "../src/actions/world.ts";
import { guardError } from "../src/domain/error.ts";
import { JOURNAL_SCHEMA_VERSION } from "../src/domain/execution.ts";
import { EXIT, type ExitCode } from "../src/domain/exit.ts";
import { blocks, hasChanges, type Plan } from "../src/domain/plan.ts";
import type { Document } from "../src/domain/runbook.ts";
import type { Target } from "../src/domain/target.ts";
import type { Ending } from "../src/engine/ends.ts";
import { begin, type Engine } from "../src/engine/engine.ts";
import { execute } from "../src/engine/execute.ts";
import { planRunbook } from "../src/engine/plan.ts";
import { createJournal, type JournalFile } from "../src/journal/file.ts";
import { takeLock } from "../src/journal/lock.ts";
import { openStateDir } from "../src/journal/state-dir.ts";
import { resolveInputs } from "../src/runbook/inputs.ts";
import { renderPlan } from "../src/ui/render-plan.ts";
import type { Screen } from "../src/ui/screen.ts";
import { assertAnswerable } from "../src/ui/unattended.ts";
import { type Given, isSet, textOf } from "./command.ts";
import { type Context, look, operatorOf, stateDirOf } from "./context.ts";
import { readPrepared } from "./shipped.ts";
import { endpointOf, openSite, type Site } from "./site.ts";
import { answersOf, asksPeople, openScreen, writeData } from "./surface.ts";

/** What to run, and where. */
export interface Order {
  readonly document: Document;
  /** Inputs as typed. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** For people: the command line that gives this order. */
  readonly command: string;
  /** A world made for this order: its target, and leave to answer every question. */
  readonly rehearsal?: { readonly target: Target; readonly answersItself: boolean };
}

/** Plan, show, and unless it is a dry run: lock, journal, execute. The four runbook commands are thin names over this. */
export async function perform(order: Order, given: Given, context: Context): Promise<ExitCode> {
  const site = await openSite(given, context, order.rehearsal?.target);
  const inputs = resolveInputs(order.document.runbook, order.inputs, site.clock.now());
  const plan = await planRunbook(site.planner, order.document, inputs, site.caller());
  if (given["dry-run"] !== undefined) return showDry(plan, given, context, site);
  const answers = answersOf(given, context, order.rehearsal?.answersItself === true);
  const screen = await openScreen(given, context, answers, site.clock);
  try {
    screen.learn(plan);
    if (textOf(given, "output") !== "ndjson") screen.say(`${renderPlan(plan, look(context), site.clock.now())}\n`);
    assertNotBlocked(plan);
    if (!asksPeople(given, context)) assertAnswerable(plan, answers);
    return await executePlan(order, plan, { given, context, site, screen });
  } finally {
    screen.close();
  }
}

function showDry(plan: Plan, given: Given, context: Context, site: Site): ExitCode {
  const text = textOf(given, "output") ?? "text";
  if (text === "text") context.stdout.write(`${renderPlan(plan, look(context), site.clock.now())}\n`);
  else writeData(context, plan);
  if (plan.steps.some((step) => blocks(step).length > 0)) return EXIT.guarded;
  return isSet(given, "detailed-exitcode") && hasChanges(plan) ? EXIT.changes : EXIT.done;
}

/** Refused before anything is asked or locked; the plan with all its findings has been shown. */
function assertNotBlocked(plan: Plan): void {
  const [finding] = plan.steps.flatMap(blocks);
  if (finding !== undefined)
    throw guardError(finding.code, finding.text, ["the same command with --to REV of another revision"]);
}

export interface Scene {
  readonly given: Given;
  readonly context: Context;
  readonly site: Site;
  readonly screen: Screen;
}

async function executePlan(order: Order, plan: Plan, scene: Scene): Promise<ExitCode> {
  const id = scene.context.ids.execution();
  return underLock(id, order.command, scene, async (dir) => {
    const journal = await createJournal(dir, id);
    return conclude(journal, async () => {
      const engine = await engineOf(journal, scene);
      const run = await begin(engine, startedOf(order, plan, id), order.document.runbook, plan);
      return execute(run);
    });
  });
}

function startedOf(order: Order, plan: Plan, execution: string) {
  const { runbook, source, sha256, text } = order.document;
  return {
    type: "execution.started",
    at: plan.at,
    execution,
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    runbook: { id: runbook.id, source, sha256, text },
    inputs: plan.inputs,
    target: plan.target,
    caller: plan.caller,
    ...operatorOf(),
    version: readPrepared().version,
  } as const;
}

/** One execution at a time on a target; the lock is let go whatever happens. */
export async function underLock<T>(
  execution: string,
  command: string,
  { given, context, site }: Scene,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await openStateDir(stateDirOf(given, context));
  const since = new Date(site.clock.now()).toISOString();
  const key = await lockKey(site.target, context);
  const lock = await takeLock(dir, key, { execution, command, operator: operatorOf().operator, since });
  return work(dir).finally(() => lock.release());
}

/** Two targets with one name are one target only where account, region and endpoint agree. */
async function lockKey(target: Target, { env }: Context): Promise<string> {
  const { createHash } = await import("node:crypto");
  const where = [target.account, target.region, target.cluster, target.service, endpointOf(env)].join("|");
  return `${target.service}-${createHash("sha256").update(where).digest("hex").slice(0, 12)}`;
}

export async function engineOf(journal: JournalFile, { given, context, site, screen }: Scene): Promise<Engine<World>> {
  const expectCurrent = textOf(given, "expect-current");
  return {
    ...site.planner,
    gateway: await site.gateway(),
    io: screen,
    journal,
    stop: context.stop,
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
  };
}

/** Runs to the ending; the journal is closed whatever happens. */
export async function conclude(journal: JournalFile, work: () => Promise<Ending>): Promise<ExitCode> {
  const ending = await work().finally(() => journal.close());
  return ending.exitCode;
}

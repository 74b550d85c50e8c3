import { guardError } from "../src/domain/error.ts";
import { JOURNAL_SCHEMA_VERSION } from "../src/domain/execution.ts";
import { EXIT, type ExitCode } from "../src/domain/exit.ts";
import { blocks, hasChanges, type Plan } from "../src/domain/plan.ts";
import type { Document } from "../src/domain/runbook.ts";
import type { Target } from "../src/domain/target.ts";
import { begin } from "../src/engine/engine.ts";
import { execute } from "../src/engine/execute.ts";
import { planRunbook } from "../src/engine/plan.ts";
import { createJournal } from "../src/journal/file.ts";
import { resolveInputs } from "../src/runbook/inputs.ts";
import { renderPlan } from "../src/ui/render-plan.ts";
import { assertAnswerable } from "../src/ui/unattended.ts";
import { type Context, look, operatorOf } from "./context.ts";
import { type Given, isSet, textOf } from "./given.ts";
import { conclude, engineOf, type Scene, underLock } from "./scene.ts";
import { readPrepared } from "./shipped.ts";
import { openSite, type Site } from "./site.ts";
import { answersOf, asksPeople, openScreen, writeData } from "./surface.ts";

/** What to run, and where. */
export interface Order {
  readonly document: Document;
  /** Inputs as typed. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** How this command line gives an input, where it is not `--input name=…`. */
  readonly flagOf?: (name: string) => string;
  /** For people: the command line that gives this order. */
  readonly command: string;
  /** A world made for this order: its target, and leave to answer every question. */
  readonly rehearsal?: { readonly target: Target; readonly answersItself: boolean };
}

/**
 * Plan, show, and unless it is a dry run: ask, journal, execute. The four runbook commands are thin names over this.
 * The lock comes before the plan: whoever comes second must not plan on top of a change that is under way.
 */
export async function perform(order: Order, given: Given, context: Context): Promise<ExitCode> {
  const site = await openSite(given, context, order.rehearsal?.target);
  const inputs = resolveInputs(order.document.runbook, order.inputs, site.clock.now(), order.flagOf);
  const makePlan = () => planRunbook(site.planner, order.document, inputs, site.caller());
  if (given["dry-run"] !== undefined) return showDry(await makePlan(), given, context, site);
  const id = context.ids.execution();
  return underLock(id, order.command, { given, context, site }, async (dir) => {
    const plan = await makePlan();
    const answers = answersOf(given, context, order.rehearsal?.answersItself === true);
    const screen = await openScreen(given, context, answers, site.clock);
    try {
      present(plan, { given, context, site, screen });
      if (!asksPeople(given, context)) assertAnswerable(plan, answers);
      return await executePlan(order, plan, id, dir, { given, context, site, screen });
    } finally {
      screen.close();
    }
  });
}

/** Shows the plan; refuses before anything is asked where a finding blocks it. */
function present(plan: Plan, { given, context, site, screen }: Scene): void {
  screen.learn(plan);
  if (textOf(given, "output") !== "ndjson") screen.say(`${renderPlan(plan, look(context), site.clock.now())}\n`);
  const [finding] = plan.steps.flatMap(blocks);
  if (finding === undefined) return;
  throw guardError(finding.code, finding.text, ["the same command with --to REV of another revision"]);
}

function showDry(plan: Plan, given: Given, context: Context, site: Site): ExitCode {
  const text = textOf(given, "output") ?? "text";
  if (text === "text") context.stdout.write(`${renderPlan(plan, look(context), site.clock.now())}\n`);
  else writeData(context, plan);
  if (plan.steps.some((step) => blocks(step).length > 0)) return EXIT.guarded;
  return isSet(given, "detailed-exitcode") && hasChanges(plan) ? EXIT.changes : EXIT.done;
}

async function executePlan(order: Order, plan: Plan, id: string, dir: string, scene: Scene): Promise<ExitCode> {
  const journal = await createJournal(dir, id);
  return conclude(journal, async () => {
    const engine = await engineOf(journal, scene);
    const run = await begin(engine, startedOf(order, plan, id), order.document.runbook, plan);
    return execute(run);
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

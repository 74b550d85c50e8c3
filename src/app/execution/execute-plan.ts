import { onWayOut } from "../../../commands/way-out.ts";
import { type Given, textOf } from "../../cli/options.ts";
import { answersOf, asksPeople, openScreen } from "../../cli/output.ts";
import { type Context, look, operatorOf } from "../../cli/process-context.ts";
import { guardError } from "../../domain/error.ts";
import { JOURNAL_SCHEMA_VERSION } from "../../domain/execution.ts";
import type { ExitCode } from "../../domain/exit-codes.ts";
import { blocks, type Plan } from "../../domain/plan.ts";
import { execute } from "../../engine/execute.ts";
import { begin } from "../../engine/run.ts";
import { createJournal } from "../../journal/journal-file.ts";
import { assertAnswerable, assertExpected } from "../../ui/io/flag-answers.ts";
import { renderPlan } from "../../ui/render/plan.ts";
import { readPrepared } from "../prepared.ts";
import { endpointOf } from "../target/endpoint-override.ts";
import type { Site } from "../target/open.ts";
import { underMigrationLock } from "./migration-lock.ts";
import type { Order } from "./run-request.ts";
import { conclude, engineOf, type Scene, underLock } from "./session.ts";
import type { TargetHold } from "./target-lock.ts";

/** Lock, plan, show, ask, journal, execute; `makePlan` is called under the lock. */
export async function carryOut(
  order: Order,
  makePlan: () => Promise<Plan>,
  given: Given,
  context: Context,
  site: Site,
): Promise<ExitCode> {
  const id = context.ids.execution();
  const answers = answersOf(given, context, order.rehearsal?.answersItself === true);
  const screen = openScreen(given, context, answers, site.clock);
  const scene = { given, context, site, screen };
  const work = async () => {
    return await underLock(id, order.command, scene, async (dir, hold) => {
      const plan = await planUnder(hold, makePlan);
      present(plan, scene);
      hold.tell();
      if (asksPeople(given, context)) assertExpected(plan.steps, answers);
      else assertAnswerable(plan, answers);
      const { runbook } = order.document;
      return underMigrationLock(runbook, scene, () => executePlan(order, plan, id, { dir, hold }, scene));
    });
  };
  return onWayOut(
    work,
    () => screen.close(),
    () => {},
  );
}

/** The shared lock is taken while the plan is read; what was read while somebody was asked is old, and read anew. */
async function planUnder(hold: TargetHold, makePlan: () => Promise<Plan>): Promise<Plan> {
  const planning = makePlan();
  planning.catch(() => undefined);
  return (await hold.ready()) ? makePlan() : planning;
}

/** Shows the plan; refuses before anything is asked where a finding blocks it. */
function present(plan: Plan, { given, context, site, screen }: Scene): void {
  screen.learn(plan);
  if (textOf(given, "output") !== "ndjson") screen.say(`${renderPlan(plan, look(context), site.clock.now())}\n`);
  const [finding] = plan.steps.flatMap(blocks);
  if (finding === undefined) return;
  throw guardError(finding.code, finding.text, finding.next ?? ["the same command with --to REV of another revision"]);
}

async function executePlan(
  order: Order,
  plan: Plan,
  id: string,
  { dir, hold }: { readonly dir: string; readonly hold: TargetHold },
  scene: Scene,
): Promise<ExitCode> {
  const journal = await createJournal(dir, id);
  return conclude(journal, id, scene, async () => {
    const engine = engineOf(journal, hold, scene);
    const run = await begin(engine, startedOf(order, plan, id, scene.context), order.document.runbook, plan);
    return execute(run);
  });
}

function startedOf(order: Order, plan: Plan, execution: string, { env }: Context) {
  const endpoint = endpointOf(env);
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
    ...(endpoint === undefined ? {} : { endpoint }),
  } as const;
}

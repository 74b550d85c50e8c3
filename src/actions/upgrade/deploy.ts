import type { Action, Attempt, Observed, StepPlan, Verdict } from "../../domain/action.ts";
import { revisionOf } from "../../domain/aws/ecs.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { gapSince } from "../../domain/upgrade/target-gap.ts";
import { tookText } from "../../domain/upgrade/took.ts";
import { verdictOf, withVerdict } from "../../domain/upgrade/verdicts.ts";
import { updateService } from "../ecs/update-service.ts";
import { awaitMigration, describeMigration, migrateOnStartup, verifyMigration } from "../vulcan/migrate-on-startup.ts";
import { type PendingMigrations, schemaGap } from "../vulcan/pending-migrations.ts";
import { measuringTargets } from "./healthy-targets.ts";
import { leftByFailure } from "./left-by-failure.ts";

const { formerly: _name, promptedBefore: _prompted, ...migrate } = migrateOnStartup;

/**
 * Deploys the new release, in the request of `ecs.updateService`, and waits until it serves: the phases 3 to 5 of the
 * documented flow. A failure says in which phase it came. Beside it, the load balancer is read for a gap.
 */
export const deployUpgrade: Action<ActionServices> = {
  ...migrate,
  name: "upgrade.deploy",
  summary: "Deploy the new release, follow its migrations, and measure whether targets stay healthy.",
  inputs: {
    ...migrateOnStartup.inputs,
    release: { type: "string", required: false, description: "Release that the operator types." },
    image: {
      type: "string",
      required: false,
      description: "Image of a copied revision, whose label tells of another.",
    },
    baseline: { type: "string", required: false, description: "Baseline of database.baseline." },
  } as Fields,
  consequence: { of: ["release", "taskDefinition"], text: (given) => typedText(given) },
  async observe(given, context) {
    const seen = await migrateOnStartup.observe(given, context);
    return seen.kind === "deferred" || given.image === undefined ? seen : withoutLabel(seen.value);
  },
  plan: (given, observation, answers) => {
    const plan = updateService.plan({ ...given, waitForRollout: true }, observation, answers);
    const { pending } = observation as { readonly pending?: PendingMigrations };
    return pending === undefined ? plan : asUpgrade(plan, given, pending);
  },
  verify: (given, attempt, context) =>
    context.isUndo === true ? verifyUndo(given, attempt, context) : verify(given, attempt, context),
};

/** A copy keeps the label of the image that it had. */
function withoutLabel(value: unknown): Observed<unknown> {
  const { pending, ...seen } = value as { readonly pending?: PendingMigrations };
  const { to: _, ...known } = pending ?? {};
  return { kind: "observed", value: { ...seen, ...(pending && { pending: known }) } };
}

const typedText = ({ release, taskDefinition }: Values<Fields>): string =>
  String(release ?? revisionOf(String(taskDefinition)));

/** What is typed names the release, which is known before its revision is registered. */
function asUpgrade(plan: StepPlan, given: Values<Fields>, pending: PendingMigrations): StepPlan {
  const { proposal } = plan;
  if (proposal === undefined || proposal.undo.kind !== "operation") return plan;
  const { consequenceName: _, ...rest } = proposal;
  const gap = schemaGap(pending);
  const undo = gap === undefined ? proposal.undo : { ...proposal.undo, keeps: gap };
  return { ...plan, proposal: { ...rest, undo, consequence: typedText(given) } };
}

/** That it is upgraded is said at the end: the data is proven and old tasks are gone only later. */
async function verify(given: Values<Fields>, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const { clock, usualSeconds: expected } = context;
  const [confirmed, begun] = [Date.parse(attempt.confirmedAt ?? ""), clock.now()];
  const measured = await measuringTargets(context, () => awaitMigration(given, attempt, context));
  const { verdict, migrationLog } = measured.result;
  const gap = gapSince(measured.reads, confirmed);
  const took = tookText("served after", { confirmed, begun, ended: clock.now(), expected });
  if (verdict.kind === "true") return withMeasured(verdict, [gap, ...took]);
  const described = describeMigration(verdict.failure, migrationLog);
  const { reason } = verdictOf(verdict.failure.reason) === "FAILED" ? described : verdict.failure;
  const left = await leftByFailure(described, given.baseline as string | undefined, context);
  const evidence = [`targets: ${gap}`, ...left, ...described.evidence];
  // What is open ends no step, so nothing shows its evidence: the text says what it waits for.
  const waits = verdict.kind === "open" ? described.evidence.slice(0, MOST_OPEN) : [];
  const text = [described.text, ...waits].join(". ");
  return { ...verdict, failure: withVerdict({ ...described, text, reason, evidence }) };
}

const MOST_OPEN = 2;

const withMeasured = (verdict: Verdict & { readonly kind: "true" }, measured: readonly string[]): Verdict => ({
  ...verdict,
  text: `SERVING: ${[verdict.text, ...measured].join("; ")}`,
  proof: [verdict.proof, ...measured].filter((part) => part !== undefined).join(", "),
});

async function verifyUndo(given: Values<Fields>, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const verdict = await verifyMigration(given, attempt, context);
  return verdict.kind === "true" ? { ...verdict, text: `ROLLED BACK: ${verdict.text}` } : verdict;
}

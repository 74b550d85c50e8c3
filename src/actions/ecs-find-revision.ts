import { familyOf, type HistoryRow, revisionOf, type Service, type TaskDefinition } from "../aws/shapes.ts";
import { defineAction, type StepPlan } from "../domain/action.ts";
import { usageError } from "../domain/error.ts";
import type { Values } from "../domain/field.ts";
import type { Finding } from "../domain/operation.ts";
import { formatDuration } from "../domain/time.ts";
import { type Proven, provenRevisions } from "./proven.ts";
import type { Look, World } from "./world.ts";

const inputs = {
  to: {
    type: "revision",
    required: false,
    description: "Revision to return to; by default the newest one that is proven good.",
  },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly service: Service;
  readonly history: readonly HistoryRow[];
  readonly wanted: string | undefined;
  readonly proven: readonly Proven[];
  readonly definition: TaskDefinition | undefined;
}

/** Chooses the revision to return to: the one named, or the newest one that served well before the current one. */
export const findRevision = defineAction<World, typeof inputs, Seen>({
  name: "ecs.findRevision",
  summary: "Find the revision to return to, with its evidence from the service's deployment history.",
  risk: "read",
  inputs,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "family:revision to return to" },
    revision: { type: "revision", description: "its revision number" },
  },

  async observe({ to }, { world, target, clock }) {
    const [service, history] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.history(target.cluster, target.service),
    ]);
    const proven = provenRevisions(history, service.taskDefinition, clock.now());
    const wanted = to === undefined ? undefined : `${familyOf(service.taskDefinition)}:${to}`;
    const definition = await definitionOf(wanted, proven, world);
    if (wanted !== undefined && definition === undefined) throw await absentRevision(wanted, service, world);
    return { kind: "observed", value: { service, history, wanted, proven, definition } };
  },

  plan: (given, seen) => planFind(given, seen),
});

async function definitionOf(
  wanted: string | undefined,
  proven: readonly Proven[],
  world: World,
): Promise<TaskDefinition | undefined> {
  const name = wanted ?? proven[0]?.taskDefinition;
  return name === undefined ? undefined : world.aws.ecs.taskDefinition(name);
}

async function absentRevision(wanted: string, service: Service, world: Look["world"]): Promise<Error> {
  const family = familyOf(service.taskDefinition);
  const known = await world.aws.ecs.revisions(family);
  return usageError(
    "revision-absent",
    `there is no task definition ${wanted}; ACTIVE revisions of ${family}: ${known.map(revisionOf).slice(0, 10).join(", ") || "none"}`,
    [...known.filter((name) => name !== service.taskDefinition).slice(0, 1)].map(
      (name) => `vulcan-ops rollback --to ${revisionOf(name)}`,
    ),
  );
}

function planFind(_inputs: Inputs, seen: Seen): StepPlan {
  const { definition } = seen;
  if (definition === undefined) {
    return { summary: "no earlier revision is proven good", changes: [], outputs: {}, findings: [nothingProven(seen)] };
  }
  const outputs = { taskDefinition: definition.name, revision: revisionOf(definition.name) };
  const findings = [evidence(seen, definition), ...goingBack(seen, definition), ...inactive(definition)];
  return { summary: `${definition.name}, coming from ${seen.service.taskDefinition}`, changes: [], outputs, findings };
}

function nothingProven({ service, history }: Seen): Finding {
  const successful = history.filter((row) => row.status === "SUCCESSFUL").length;
  return {
    level: "block",
    code: "nothing-to-revert",
    text: `${service.taskDefinition} is the only revision that ${service.name} ever ran successfully (${successful} deployments on record): there is none to return to; name one with --to REV if you know better`,
  };
}

function evidence({ proven, wanted }: Seen, definition: TaskDefinition): Finding {
  const found = proven.find((candidate) => candidate.taskDefinition === definition.name);
  if (found === undefined) {
    const text = `${definition.name} has no successful deployment on record here: unproven`;
    return { level: "warn", code: "revision-unproven", text };
  }
  const ran = `${found.taskDefinition} ran for ${formatDuration(found.ranSeconds)} since ${found.since}`;
  const next = proven.find((candidate) => candidate.taskDefinition !== definition.name);
  const runnerUp = next === undefined ? "" : `; next before it: ${next.taskDefinition}`;
  const chosen = wanted === undefined ? "newest revision proven good: " : "proven good: ";
  return { level: "ok", code: "revision-proven", text: `${chosen}${ran}${runnerUp}` };
}

/** ECS may be going back by itself: a second revert on top of that would go one revision too far. */
function goingBack({ history, wanted }: Seen, definition: TaskDefinition): Finding[] {
  const newest = history[0];
  if (newest === undefined || !newest.status.startsWith("ROLLBACK")) return [];
  const back = `ECS has already gone back by itself: the newest deployment (${newest.taskDefinition}) is ${newest.status}`;
  const mean = wanted === undefined ? `; if you mean to go further back, say --to ${revisionOf(definition.name)}` : "";
  return [{ level: wanted === undefined ? "block" : "warn", code: "already-rolled-back", text: `${back}${mean}` }];
}

function inactive(definition: TaskDefinition): Finding[] {
  if (definition.status === "ACTIVE") return [];
  const text = `${definition.name} is ${definition.status}: ECS does not start tasks of it; choose another revision, or register a copy of it first`;
  return [{ level: "block", code: "revision-inactive", text }];
}

import type { OwnMuteRule } from "../aws/alarms.ts";
import { commandLine } from "../command-line.ts";
import type { Target } from "../target.ts";
import type { Unfinished } from "../unfinished.ts";
import type { Known, ServiceOverview, UnfinishedExecution } from "./target-status.ts";

/** Where the target shows what a run has left. */
export interface Traces {
  readonly target: Target;
  readonly leftovers: Known<readonly UnfinishedExecution[]>;
  readonly muteRules: Known<readonly OwnMuteRule[]>;
  readonly service: Known<Pick<ServiceOverview, "name" | "desired">>;
}

/**
 * What runs have left on the target: by the journals of this machine, by locks of processes that have ended, and by our
 * mute rules, which other machines have made as well. While an execution runs, what it changed is intended.
 */
export function unfinishedOn(traces: Traces): readonly Unfinished[] {
  const leftovers = traces.leftovers.known ? traces.leftovers.value : [];
  const journalled = leftovers.flatMap(({ unfinished }) => unfinished ?? []);
  const isRunning = leftovers.some(({ state }) => state === "running" || state === "elsewhere");
  return [...journalled, ...leftovers.flatMap(lockLeft), ...(isRunning ? [] : leftByRules(traces, journalled))];
}

const GONE: ReadonlySet<UnfinishedExecution["state"]> = new Set(["ended", "unfinished", "interrupted", "unknown"]);

function lockLeft({ execution, state, holdsLock, since, operator }: UnfinishedExecution): Unfinished[] {
  if (!holdsLock || !GONE.has(state)) return [];
  const command =
    state === "ended" ? commandLine`vulcan-ops unlock ${execution}` : commandLine`vulcan-ops resume ${execution}`;
  const now = `held by execution ${execution} of ${operator} since ${since}, whose process has ended`;
  return [{ kind: "lock", what: "target: lock", before: "free", now, command }];
}

/** A rule that no journal here knows: its run was on another machine. It says which size the service had. */
function leftByRules({ target, muteRules, service }: Traces, journalled: readonly Unfinished[]): readonly Unfinished[] {
  const isKnown = (...kinds: Unfinished["kind"][]) => journalled.some(({ kind }) => kinds.includes(kind));
  const rules = muteRules.known && !isKnown("mute-rule") ? muteRules.value : [];
  const size = rules.find((rule) => rule.size !== undefined)?.size;
  const isSmaller = service.known && size !== undefined && service.value.desired < size;
  return [
    ...rules.map(ruleLeft),
    ...(isSmaller && !isKnown("size", "fence") ? [sizeLeft(target, service.value, size)] : []),
  ];
}

function ruleLeft({ name, status }: OwnMuteRule): Unfinished {
  const command = commandLine`aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name ${name}`;
  return { kind: "mute-rule", what: `CloudWatch: mute rule ${name}`, before: null, now: status, command };
}

function sizeLeft({ cluster }: Target, { name, desired }: Pick<ServiceOverview, "name" | "desired">, size: number) {
  const command = commandLine`aws ecs update-service --cluster ${cluster} --service ${name} --desired-count ${size}`;
  const kind = desired === 0 ? "fence" : "size";
  return { kind, what: `service ${name}: desired tasks`, before: size, now: desired, command } as const;
}

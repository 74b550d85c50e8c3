import type { Task } from "../../../domain/aws/ecs.ts";
import { counted } from "../../../domain/finding.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import { stopReasons } from "../../ecs/rollout/failure-report.ts";
import { stoppedTasksOf } from "../../ecs/rollout/stopped-tasks.ts";
import { latest, newTasks, type PhaseFacts, secondsBetween, WAY_BACK } from "./facts.ts";

/** Phase 3: placement, network, pull and start of each new task. */
export function taskStart(facts: PhaseFacts): PhaseProgress {
  const { began, snapshot, wanted } = facts;
  const { desired } = snapshot.service;
  const tasks = newTasks(facts);
  const started = tasks.filter(({ startedAt }) => startedAt !== undefined);
  const stops = stoppedTasksOf(wanted, snapshot);
  const [early, late] = [stops.filter(neverStarted), stops.filter((task) => !neverStarted(task))];
  const ended = [
    ...(early.length === 0 ? [] : [`${counted(early.length, "task")} failed to start`]),
    ...(late.length === 0 ? [] : [`${counted(late.length, "task")} started and failed later`]),
  ];
  const count = `${started.length}/${desired} started`;
  const parts = partsText(started, stops.length === 0 ? began : undefined);
  if (started.length >= desired) {
    const end = latest(started.map(({ startedAt }) => startedAt)) ?? began;
    const sentence = [parts === "" ? count : `${count}: ${parts}`, ...ended].join("; ");
    return { phase: 3, state: "done", since: began, seconds: secondsBetween(began, end) ?? 0, sentence, details: [] };
  }
  const room = early.length === 0 ? unplaced(facts) : undefined;
  return {
    phase: 3,
    state: "now",
    since: began,
    sentence: [count, ...ended, ...stagesText(tasks, desired)].join("; "),
    ...actionOf(room, early.length > 0),
    details: [
      ...(room === undefined ? [] : [room]),
      ...(early.length === 0 ? [] : stopReasons(wanted, snapshot)),
      ...(parts === "" ? [] : [`started: ${parts}`]),
    ],
  };
}

const neverStarted = ({ startedAt }: Task): boolean => startedAt === undefined;

function actionOf(room: string | undefined, isFailing: boolean): Pick<PhaseProgress, "action"> {
  if (room !== undefined) return { action: "find the cause: vulcan-ops doctor" };
  return isFailing ? { action: WAY_BACK } : {};
}

const PARTS = [
  { name: "placed", of: ({ start }: Task, began: string | undefined) => secondsBetween(began, start?.createdAt) },
  { name: "network", of: ({ start }: Task) => secondsBetween(start?.createdAt, start?.connectivityAt) },
  { name: "pull", of: ({ start }: Task) => secondsBetween(start?.pullStartedAt, start?.pullStoppedAt) },
  { name: "start", of: ({ start, startedAt }: Task) => secondsBetween(start?.pullStoppedAt, startedAt) },
] as const;

/**
 * `placed 25 s, network 12 s, pull 24 s, start 4 s`: of the slowest task in each. `began`: when ECS was asked for them;
 * absent where they come after others that failed.
 */
function partsText(tasks: readonly Task[], began: string | undefined): string {
  return PARTS.flatMap(({ name, of }) => {
    const known = tasks.map((task) => of(task, began)).filter((seconds) => seconds !== undefined);
    return known.length === 0 ? [] : [`${name} ${Math.max(...known)} s`];
  }).join(", ");
}

const STAGES = [
  { name: "starting", is: ({ start }: Task) => start?.pullStoppedAt !== undefined },
  { name: "pulling the image", is: ({ start }: Task) => start?.pullStartedAt !== undefined },
  { name: "waiting for room or network", is: () => true },
] as const;

/** `2 pulling the image; 1 not placed` */
function stagesText(tasks: readonly Task[], desired: number): readonly string[] {
  const open = tasks.filter(({ startedAt }) => startedAt === undefined);
  const stages = STAGES.map(({ name }, index) => {
    const own = open.filter((task) => STAGES.findIndex(({ is }) => is(task)) === index);
    return own.length === 0 ? "" : `${own.length} ${name}`;
  });
  const missing = desired - tasks.length;
  return [...stages, missing > 0 ? `${missing} not placed` : ""].filter((text) => text !== "");
}

/** ECS's newest word that it cannot place a task, since the deployment began. */
function unplaced({ snapshot, began }: PhaseFacts): string | undefined {
  const [newest] = snapshot.service.events.filter(({ at }) => at >= began);
  return newest !== undefined && /\bunable to\b/.test(newest.text) ? newest.text : undefined;
}

import { runPolicy } from "../autoscaling/run-policy.ts";
import { publishAs } from "../sns/publish.ts";
import type { World } from "../world.ts";
import type { Alarm, AlarmState } from "./alarm.ts";
import { verdictOn } from "./alarm-verdict.ts";
import { recordCustomers } from "./customer-requests.ts";
import { recordConnections } from "./database-metrics.ts";
import { isMuted } from "./mute-status.ts";
import { recordUtilisation } from "./service-metrics.ts";
import { MINUTE } from "./store.ts";

const WATCHED = new WeakSet<World>();

/** Begins to measure and to evaluate, once: a world without alarms and databases has no timer and stands still. */
export function startWatching(world: World): void {
  if (WATCHED.has(world)) return;
  WATCHED.add(world);
  world.clock.after(MINUTE, () => watchAlarms(world));
}

/** Evaluates every alarm now and then once a minute. Seeding sets the first states, so that a reset need not wait. */
export function watchAlarms(world: World): void {
  if (world.ended) return;
  try {
    attempt(world, "metrics", () => {
      recordUtilisation(world);
      recordCustomers(world);
      recordConnections(world);
    });
    for (const alarm of [...world.alarms]) attempt(world, `alarm ${alarm.rule.name}`, () => evaluate(world, alarm));
  } finally {
    world.clock.after(MINUTE, () => watchAlarms(world));
  }
}

/** A failure must not stop the evaluation of other alarms or of the next minute. */
function attempt(world: World, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    world.log(`sandbox: ${what}: ${String(error)}`);
  }
}

function evaluate(world: World, alarm: Alarm): void {
  const { state, reason } = verdictOn(world, alarm);
  if (state !== alarm.state) changeState(world, alarm, state, reason);
  else if (alarm.heldBack === state) act(world, alarm);
  else if (state === "ALARM") act(world, alarm, isScaling);
}

/** Moves an alarm to a state, after an evaluation or SetAlarmState. It records the change and runs the actions. */
export function changeState(world: World, alarm: Alarm, state: AlarmState, reason: string): void {
  const before = alarm.state;
  alarm.state = state;
  alarm.reason = reason;
  alarm.updatedAt = world.clock.now();
  alarm.heldBack = undefined;
  const data = {
    version: "1.0",
    oldState: { stateValue: before },
    newState: { stateValue: state, stateReason: reason },
  };
  note(world, alarm, "StateUpdate", `Alarm updated from ${before} to ${state}`, data);
  act(world, alarm);
}

const isScaling = (arn: string): boolean => arn.includes(":autoscaling:");

/** Runs the state's actions, unless they are disabled or muted. Scaling actions repeat each minute. [D] */
function act(world: World, alarm: Alarm, which: (arn: string) => boolean = () => true): void {
  const actions = (alarm.rule.actions?.[alarm.state] ?? []).filter(which);
  if (!alarm.actionsEnabled || actions.length === 0) return;
  if (isMuted(world, alarm.rule.name)) {
    alarm.heldBack = alarm.state;
    return;
  }
  alarm.heldBack = undefined;
  for (const arn of actions) {
    const done = isScaling(arn) ? runPolicy(world, arn, alarm) : notify(world, arn, alarm);
    if (done) note(world, alarm, "Action", `Successfully executed action ${arn}`, { actionState: "Succeeded" });
  }
}

function notify(world: World, arn: string, alarm: Alarm): boolean {
  const message = {
    AlarmName: alarm.rule.name,
    AlarmArn: alarm.arn,
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: new Date(alarm.updatedAt).toISOString(),
  };
  const by = { service: "cloudwatch.amazonaws.com", source: alarm.arn };
  const subject = `${alarm.state}: "${alarm.rule.name}"`;
  return publishAs(world, by, { topic: arn, subject, message: JSON.stringify(message) }) !== undefined;
}

function note(world: World, alarm: Alarm, type: "StateUpdate" | "Action", summary: string, data: object): void {
  alarm.history.push({ at: world.clock.now(), type, summary, data });
}

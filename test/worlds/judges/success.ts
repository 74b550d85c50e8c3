import { foreignRequests, isAlertWrite, isSecond, isServiceWrite, isUndo, ownRequests } from "../facts.ts";
import { meaningOf } from "../procedures.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Lived, Story } from "../story.ts";

/** Whoever writes shortly before the end of a life may change what it has just seen (virtual ms). */
const MEANWHILE = 180_000;

/** Exit 0 means that the world is as the procedure, or its undo, says. */
export function noFalseSuccess(story: Story): readonly string[] {
  const ended = story.lives.flatMap((lived) => successProblems(story, lived));
  return [...ended, ...wrongRows(story)];
}

function successProblems(story: Story, lived: Lived): readonly string[] {
  const { after, code, end } = lived;
  if (code !== 0 || end === undefined || after === undefined || isDisturbed(story, lived)) return [];
  const problems = isUndo(lived) ? undoProblems(story, lived, after, end.text) : doneProblems(story, lived, after);
  return problems.map(
    (problem) => `${lived.life.name} (${lived.command}) ended with 0: ${end.text.slice(0, 160)}. But ${problem}`,
  );
}

/** Somebody else wrote to the service while it came to its end, or another execution has. */
function isDisturbed(story: Story, lived: Lived): boolean {
  const { life, to, after, execution } = lived;
  const since = new Date(to - MEANWHILE).toISOString();
  const until = new Date(after?.at ?? to).toISOString();
  const own = ownRequests(story).filter(({ request }) => isServiceWrite(request) || isAlertWrite(request));
  const late = own.filter(({ sent }) => sent.life !== life).map(({ request }) => request);
  const foreign = foreignRequests(story).filter(isServiceWrite);
  if ([...late, ...foreign].some(({ at }) => at >= since && at <= until)) return true;
  return (
    isUndo(lived) && own.some(({ sent, request }) => sent.position?.execution !== execution && request.at <= until)
  );
}

/** A pipeline has deployed before this life ended. An undo, and a cutover that keeps the revision, leave alone what it set. */
function isDeployedOver(story: Story, { to, after }: Lived): boolean {
  // This scenario's pipeline deploys by itself, without a request.
  if (story.world.scenario === "ci-deploys") return true;
  const until = new Date(after?.at ?? to).toISOString();
  return foreignRequests(story).some((request) => isServiceWrite(request) && request.at <= until);
}

const FIELDS = ["desired", "scaling", "alarmActions", "muteRules", "protectedTasks"] as const;

function different(before: Snapshot, after: Snapshot): readonly string[] {
  return FIELDS.filter((name) => before[name] !== after[name]).map(
    (name) => `${name} was ${before[name] || "none"} and is ${after[name] || "none"}`,
  );
}

/** Every running task runs the revision, as many as are wanted. */
function serving(revision: string, { running, desired, revision: set }: Snapshot): readonly string[] {
  if (set !== revision) return [`the service is set to ${set}, not to ${revision}`];
  const fit = running.filter((one) => one === revision).length;
  return fit === running.length && fit === desired
    ? []
    : [`${running.join(", ")} run, and ${desired} of ${revision} are wanted`];
}

function doneProblems(story: Story, lived: Lived, after: Snapshot): readonly string[] {
  const { world, before } = story;
  const { to } = meaningOf(world);
  const keepsRevision = world.procedure === "restore" && !world.flags.includes("revision");
  const revision = keepsRevision && isDeployedOver(story, lived) ? after.revision : `vulcan-prod:${to}`;
  const steady = after.isSteady ? [] : ["its deployment is not completed"];
  const migrations = {
    rollback: undefined,
    restore: undefined,
    alerts: undefined,
    own: undefined,
    follow: undefined,
    reconnects: undefined,
    down: "1 2 3 4 5 6",
    maintenance: "1 2 3 4 5 6 7 8",
    upgrade: "1 2 3 4 5 6 7 8",
  }[world.procedure];
  const applied =
    migrations === undefined || migrations === after.migrations ? [] : [`the migrations are ${after.migrations}`];
  return [
    ...serving(revision, after),
    ...steady,
    ...different(before, after),
    ...applied,
    ...alertProblems(world, after),
  ];
}

function undoProblems(story: Story, lived: Lived, after: Snapshot, text: string): readonly string[] {
  const { before } = story;
  const isRevisionOpen = text.startsWith("nothing to undo") || isDeployedOver(story, lived);
  const alerts = before.alerts === after.alerts ? [] : [`the alerts are ${after.alerts || "none"}`];
  return [...(isRevisionOpen ? [] : serving(before.revision, after)), ...different(before, after), ...alerts];
}

/** Our alarm, our rule and its topic, once each. */
const ALERTS =
  "vulcan-ops-vulcan-prod.vulcan-prod-connections; vulcan-ops-vulcan-prod.vulcan-prod-deployment-failed → arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";

const alertProblems = ({ procedure }: Story["world"], { alerts }: Snapshot): readonly string[] =>
  alerts === (procedure === "alerts" ? ALERTS : "") ? [] : [`the alerts are ${alerts || "none"}`];

/**
 * After a cutover by name, the database under the original name holds what was there at the moment; after its undo, all.
 * An undo takes back its own execution's, not another operator's.
 */
function wrongRows({ world, lives, rows }: Story): readonly string[] {
  const last = lives.at(-1);
  if (!world.flags.includes("rename") || last?.code !== 0 || rows === undefined) return [];
  const isAnothers = lives.some(
    (one) => isSecond(one) && one.execution !== last.execution && one.end?.status === "done",
  );
  const expected = isUndo(last) && !isAnothers ? "before and after" : "before";
  return rows === expected
    ? []
    : [`the database under the original name holds the rows ${rows || "(unreadable)"}, not ${expected}`];
}

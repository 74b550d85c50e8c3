import { principalName } from "../../domain/aws/principal.ts";
import { commandLine } from "../../domain/command-line.ts";
import { counted } from "../../domain/finding.ts";
import type { FleetStatus, TargetState, TargetStatus, WaveStatus } from "../../domain/fleet/run.ts";
import { planOfRest } from "../../domain/fleet/run-name.ts";
import type { Identity } from "../../domain/identity.ts";
import { utcTime } from "../../domain/time.ts";
import { asTyped, type TypedOptions } from "../../domain/typed-options.ts";
import { paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { identityLines } from "./identity.ts";

const MOST_WAVES = 3;
const MOST_NAMED = 2;

/** What a person has to look at first. */
const TROUBLE: readonly TargetState[] = ["interrupted", "failed", "never began"];

/** The whole run on one screen: 24 rows at 80 columns. No line feed at the end. */
export function renderFleetStatus(
  status: FleetStatus,
  place: Identity,
  display: DisplayOptions,
  typed: TypedOptions = {},
): string {
  const targets = status.waves.flatMap((wave) => wave.targets);
  const trouble = TROUBLE.flatMap((state) => targets.filter((one) => one.state === state));
  const rows: readonly Row[] = [
    ...waveRows(status.waves),
    ...named("Look at", trouble, troubleText, { most: MOST_NAMED, tone: "bad" }),
    ...named(
      "Running",
      targets.filter(({ state }) => state === "running"),
      runningText,
      { most: trouble.length > 0 ? 1 : MOST_NAMED, tone: "plain" },
    ),
    { label: "Digest", text: status.digest, kind: "command" },
    ...(status.begins === undefined ? [] : [{ label: "Begins", text: utcTime(status.begins) }]),
    ...nextOf(status, trouble).map((line, index): Row => {
      return { label: index === 0 ? "Next" : "", text: asTyped(line, typed), kind: "command" };
    }),
    ...restRows(status, targets, typed),
  ];
  const head = `Fleet ${status.run}: ${HEADLINE[status.state]}, ${countsOf(targets)}`;
  const tone = status.state === "failed" ? "bad" : "strong";
  return [
    ...paragraph(head, display, 0, tone),
    ...identityLines(place, display),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
  ].join("\n");
}

/** A run that is over is not started again: what it left out is planned anew. */
function restRows({ run, state }: FleetStatus, targets: readonly TargetStatus[], typed: TypedOptions): readonly Row[] {
  const isLeft = targets.some((one) => LEFT_OUT.has(one.state));
  if (!isLeft || (state !== "stopped" && state !== "failed")) return [];
  return [{ label: "The rest", text: asTyped(planOfRest(run), typed), kind: "command" }];
}

const LEFT_OUT: ReadonlySet<TargetState> = new Set(["waiting", "not started", "never began"]);

const HEADLINE: Readonly<Record<FleetStatus["state"], string>> = {
  waiting: "not begun",
  approval: "waits for an approval",
  running: "running",
  done: "at its end",
  failed: "stopped by failures",
  stopped: "stopped by hand",
};

/** A long list of waves is shown from the first one that is not done. */
function waveRows(waves: readonly WaveStatus[]): readonly Row[] {
  const open = waves.findIndex(({ state }) => state !== "done");
  const last = waves.length - MOST_WAVES;
  const from = Math.max(0, Math.min(open < 0 ? last : open, last));
  const shown = waves.slice(from, from + MOST_WAVES);
  const rows = shown.map((wave, index): Row => ({ label: index === 0 ? "Waves" : "", text: waveText(wave) }));
  const left = waves.length - shown.length;
  return left === 0 ? rows : [...rows, { label: "", text: `and ${counted(left, "more wave")}` }];
}

function waveText({ name, state, targets, tolerated, answeredBy, stoppedBy, stoppedAt }: WaveStatus): string {
  const did = state === "rejected" ? "rejected" : "approved";
  const answer = answeredBy === undefined ? "" : `; ${did} by ${nameOf(answeredBy)}`;
  const who = state === "stopped" && stoppedBy !== undefined ? ` by ${nameOf(stoppedBy)}` : "";
  const when = state === "stopped" && stoppedAt !== undefined ? ` at ${utcTime(stoppedAt)}` : "";
  const isAll = targets.every((one) => one.state === state);
  const facts = [
    ...(isAll ? [] : [`${WAVE_STATE[state] ?? state}${who}${when}`]),
    countsOf(targets),
    // What has ended fails no more.
    ...(state === "done" || state === "stopped" ? [] : [`${tolerated} may fail`]),
  ];
  return `${name}: ${facts.join("; ")}${answer}`;
}

const nameOf = (arn: string): string => principalName({ arn, account: "" });

/** Where its own word would not be understood on a screen. */
const WAVE_STATE: Readonly<Partial<Record<WaveStatus["state"], string>>> = {
  approval: "waits for an approval",
  done: "at its end",
  braked: "stopped by failures",
  expired: "not approved in time",
  stopped: "stopped by hand",
};

/** `3 done, 1 failed, 12 waiting`. */
function countsOf(targets: readonly TargetStatus[]): string {
  const states: readonly TargetState[] = ["done", "running", ...TROUBLE, "not started", "waiting"];
  const counts = states.map((state) => [state, targets.filter((one) => one.state === state).length] as const);
  return counts.flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`])).join(", ");
}

function named(
  label: string,
  targets: readonly TargetStatus[],
  text: (target: TargetStatus) => string,
  { most, tone }: { readonly most: number; readonly tone: "bad" | "plain" },
): readonly Row[] {
  const rows = targets
    .slice(0, most)
    .map((one, index): Row => ({ label: index === 0 ? label : "", text: text(one), tone }));
  const left = targets.length - rows.length;
  return left === 0 ? rows : [...rows, { label: "", text: `and ${left} more (--output json has all)` }];
}

function troubleText({ target, id, state, step, exitCode }: TargetStatus): string {
  const how = exitCode === undefined ? "" : `, exit ${exitCode}`;
  return `${target}: ${state}${how}${step === undefined ? "" : `, step ${step}`} (${id})`;
}

/** The time tells one that works from one that has died. */
const runningText = ({ target, id, step, at }: TargetStatus): string =>
  `${target}: ${step === undefined ? "begun" : `step ${step}`}${at === undefined ? "" : ` at ${utcTime(at)}`} (${id})`;

function nextOf({ run, waves }: FleetStatus, trouble: readonly TargetStatus[]): readonly string[] {
  const asked = waves.find(({ state }) => state === "approval");
  const [first] = trouble;
  const verb = first?.state === "interrupted" ? "resume" : "show";
  return [
    ...(asked === undefined ? [] : [commandLine`vulcan-ops fleet approve ${run} ${asked.name}`]),
    ...(first === undefined || first.state === "never began" ? [] : [commandLine`vulcan-ops ${verb} ${first.id}`]),
  ];
}

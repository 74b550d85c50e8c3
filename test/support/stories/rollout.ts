import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import type { Fault, Sandbox } from "../../../src/sandbox/index.ts";
import { eventsOf, type Outcome, type Rig, vulcanOps } from "../sandbox-harness.ts";

/** The documented command by somebody else's hand; the log of requests begins anew behind it. */
export async function deploy(revision: number): Promise<void> {
  const names = { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition: `vulcan-prod:${revision}` };
  await new ECSClient({}).send(new UpdateServiceCommand({ ...names, forceNewDeployment: true }));
}

/** A runbook that waits and does nothing else. */
export function waitRunbook(rig: Rig, revision: number, more: readonly string[] = [], timeoutSeconds = 1800): string {
  const path = join(rig.stateDir, `wait-${revision}.yaml`);
  const lines = [
    'schemaVersion: "1"',
    "id: wait",
    "title: Wait",
    "description: Waits for a rollout.",
    "steps:",
    "  - id: rollout",
    "    title: Wait for the rollout",
    "    action: ecs.waitForRollout",
    "    with:",
    `      taskDefinition: "vulcan-prod:${revision}"`,
    ...more.map((line) => `      ${line}`),
    `    timeoutSeconds: ${timeoutSeconds}`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

export const waitFor = (rig: Rig, revision: number, more: readonly string[] = [], timeoutSeconds?: number) =>
  vulcanOps([
    "run",
    waitRunbook(rig, revision, more, timeoutSeconds),
    "--state-dir",
    rig.stateDir,
    "--output",
    "ndjson",
  ]);

export const rollback = (rig: Rig, from: number, to: number, ...flags: readonly string[]) =>
  vulcanOps([
    "rollback",
    "--state-dir",
    rig.stateDir,
    "--to",
    String(to),
    "--yes",
    "--confirm",
    String(to),
    "--expect-current",
    String(from),
    "--output",
    "ndjson",
    ...flags,
  ]);

type Of<T extends string> = Extract<JournalEvent, { type: T }>;

export function eventOf<T extends JournalEvent["type"]>(outcome: Outcome, type: T, step?: string): Of<T> {
  const found = eventsOf(outcome.stdout).filter(
    (event) => event.type === type && (step === undefined || ("step" in event && event.step === step)),
  );
  const last = found.at(-1);
  if (last === undefined) throw new Error(`no ${type} in\n${outcome.stdout}\n${outcome.stderr}`);
  return last as Of<T>;
}

export function progressOf(outcome: Outcome): readonly string[] {
  return outcome.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; text: string })
    .filter(({ type }) => type === "step.progress")
    .map(({ text }) => text);
}

/** Trouble that begins once this operation has been asked for so often, and lasts for so many virtual seconds. */
export async function troubleAfter(
  sandbox: Sandbox,
  [operation, count]: readonly [string, number],
  fault: Fault,
  seconds: number,
): Promise<void> {
  const seen = () => sandbox.requests().filter((request) => request.operation === operation).length;
  while (seen() < count) await delay(3);
  sandbox.inject({ ...fault, times: Number.POSITIVE_INFINITY });
  const end = sandbox.now() + seconds * 1000;
  while (sandbox.now() < end) await delay(3);
  sandbox.clearFaults();
}

/** The most calls within any 60 virtual seconds. */
export function busiestMinute(sandbox: Sandbox, since = 0): number {
  return callsInMinute(sandbox.requests().filter(({ at }) => Date.parse(at) >= since));
}

/** The most of these requests that fall into one minute. */
export function callsInMinute(requests: readonly { readonly at: string }[]): number {
  const times = requests.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 60_000).length));
}

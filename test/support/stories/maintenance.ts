import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { mutations, type Outcome, type Rig, vulcanOps } from "../sandbox-harness.ts";

export const ANSWERS = ["--yes", "--expect-current", "42", "--output", "ndjson"];

/** A Slack-compatible webhook that hears everything; whoever knows its path may post. */
export async function openWebhook() {
  const heard: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      heard.push(JSON.parse(body).text);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0SECRET/B0`;
  return {
    heard,
    url,
    answer: (code: number): void => {
      status = code;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const ROLE = "arn:aws:iam::111122223333:role/vulcan-ops-end-notice";

/** What the users of the service are told, without the notices for its operators. */
export const announced = (heard: readonly string[]): readonly string[] =>
  heard.filter((text) => text.startsWith("REHEARSAL: Maintenance of"));

/** A configuration that lets these alarms be muted, and a missing end be told. */
export function configured(mutedAlarms: string, target = "vulcan-prod") {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-config-"));
  const path = join(folder, "vulcan-ops.yaml");
  const notices = `    notices: {topic: "${TOPIC}", schedulerRole: "${ROLE}"}`;
  const lines = ['schemaVersion: "1"', "targets:", `  ${target}:`, `    mutedAlarms: ${mutedAlarms}`, notices];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return { env: { VULCAN_OPS_CONFIG: path }, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `maintenance …` with every answer given, as JSON lines. */
export const window = (
  rig: Rig,
  words: readonly string[],
  around: Parameters<typeof vulcanOps>[1] = {},
): Promise<Outcome> =>
  vulcanOps(["maintenance", ...words, ...ANSWERS, "--state-dir", rig.stateDir], { columns: 400, ...around });

/** Everything that auto scaling is told of the service, byte by byte. */
export async function scalingSettings(): Promise<string> {
  const client = new ApplicationAutoScalingClient({});
  const [targets, policies] = await Promise.all([
    client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })),
    client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" })),
  ]);
  client.destroy();
  return JSON.stringify([targets.ScalableTargets, policies.ScalingPolicies]);
}

/** What was sent that leaves something behind, with the desired count where it has one. */
export const writes = (rig: Rig): string[] =>
  rig.sandbox
    .requests()
    .filter(({ operation, mutating }) => mutating && mutations(rig.sandbox).includes(operation))
    .map(({ operation, input }) => [operation, input.desiredCount].filter((part) => part !== undefined).join(" "));

/** What auto scaling has done to the size by itself. */
export async function scalingActivities(): Promise<readonly string[]> {
  const client = new ApplicationAutoScalingClient({});
  const { ScalingActivities = [] } = await client.send(
    new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs" }),
  );
  client.destroy();
  return ScalingActivities.map(({ Description = "" }) => Description);
}

export async function applied(): Promise<number> {
  const { stdout } = await vulcanOps(["migrate", "status", "--from", "sql", "--without-aws", "--output", "json"]);
  return JSON.parse(stdout).applied.length;
}

import { describe, expect, it } from "vitest";
import { definitionChanges } from "../../../../src/actions/ecs/revision/definition-diff.ts";
import { toServiceRevision, toTaskDefinition } from "../../../../src/aws/ecs/task-definition.ts";

const definition = (container: object = {}, whole: object = {}) =>
  toTaskDefinition({
    family: "vulcan-prod",
    revision: 42,
    status: "ACTIVE",
    cpu: "1024",
    memory: "2048",
    taskRoleArn: "arn:aws:iam::1:role/task",
    containerDefinitions: [{ name: "vulcan", image: "vulcan:1", ...container }],
    ...whole,
  });

const env = (...entries: [string, string][]) => ({ environment: entries.map(([name, value]) => ({ name, value })) });
const told = (before: ReturnType<typeof definition>, after: ReturnType<typeof definition>) =>
  definitionChanges(before, after).map(({ property, before, after }) => `${property}: ${before} → ${after}`);

describe("the diff of two task definitions", () => {
  it("says nothing where nothing differs", () => {
    const one = env(["A", "1"]);
    expect(told(definition(one), definition(one))).toEqual([]);
  });

  it("shows variables by name alone, whatever they hold", () => {
    const before = definition(env(["SAME", "1"], ["GONE", "hunter2"], ["TOKEN", "s3cret-old"]));
    const after = definition(env(["SAME", "1"], ["TOKEN", "s3cret-new"], ["COME", "correct-horse"]));
    expect(told(before, after)).toEqual(["environment of vulcan: GONE, TOKEN → COME, TOKEN (value changes, hidden)"]);
    expect(JSON.stringify([before, after])).not.toMatch(/hunter2|s3cret|correct-horse/);
  });

  it.each([
    ["REPORTS", "postgres://u:s3cret@reads.example:5432/vulcan?a=b", "reads.example:5432/vulcan"],
    ["SPRING_DATASOURCE_URL", "jdbc:postgresql://reads.example:5432/vulcan", "reads.example:5432/vulcan"],
    ["SETTINGS", '{"db": "u:s3cret@a.b1.eu-west-1.rds.amazonaws.com:5432"}', "a.b1.eu-west-1.rds.amazonaws.com:5432"],
    ["DB_PASSWORD", "s3cret", undefined],
  ])("%s names a database by what it holds, without its credentials", (name, value, place) => {
    const setting = definition(env([name, value])).containers[0]?.environment[0];
    expect(setting?.place).toBe(place);
    expect(JSON.stringify(setting)).not.toContain("s3cret");
  });

  it.each<[string, object, object, string]>([
    [
      "secrets",
      { secrets: [{ name: "DB_URL", valueFrom: "arn:a" }] },
      { secrets: [{ name: "DB_URL", valueFrom: "arn:b" }] },
      "secrets of vulcan: DB_URL → DB_URL (source changes)",
    ],
    ["ports", { portMappings: [{ containerPort: 8080 }] }, {}, "ports of vulcan: 8080/tcp → null"],
    [
      "the health check",
      { healthCheck: { command: ["CMD", "true"], interval: 30 } },
      { healthCheck: { command: ["CMD", "true"], interval: 10 } },
      "health check of vulcan: CMD true, interval 30 → CMD true, interval 10",
    ],
    [
      "logs, without their tokens",
      { logConfiguration: { logDriver: "splunk", options: { "splunk-token": "t1" } } },
      { logConfiguration: { logDriver: "splunk", options: { "splunk-token": "t2" } } },
      "log of vulcan: splunk → splunk (options change)",
    ],
    ["labels", { dockerLabels: { v: "1" } }, {}, "labels of vulcan: v → null"],
    [
      "what has no line of its own, by name",
      { command: ["serve", "--key=a"] },
      { command: ["serve", "--key=b"] },
      "other settings of vulcan: command → command (value changes, hidden)",
    ],
  ])("shows %s", (_name, before, after, expected) => {
    expect(told(definition(before), definition(after))).toEqual([expected]);
  });

  it("shows size, roles and what else belongs to the whole", () => {
    const after = definition({}, { cpu: "512", taskRoleArn: undefined, ephemeralStorage: { sizeInGiB: 40 } });
    expect(told(definition(), after)).toEqual([
      "cpu: 1024 → 512",
      "task role: arn:aws:iam::1:role/task → null",
      "other settings: null → ephemeralStorage",
    ]);
  });

  it("shows a container that goes; one that comes shows in its image", () => {
    const two = definition(
      {},
      {
        containerDefinitions: [
          { name: "vulcan", image: "vulcan:1" },
          { name: "log", image: "l:1" },
        ],
      },
    );
    expect(told(two, definition())).toEqual(["container log: l:1 → null"]);
    expect(told(definition(), two)).toEqual([]);
  });
});

describe("where a database setting points", () => {
  it.each<[string, string, string | undefined]>([
    ["DB_URL", "postgres://vulcan:p4ss@db.example:5432/vulcan?sslmode=require", "db.example:5432/vulcan"],
    ["DATABASE_URL", "postgres://u:p@ss#w0rd@db.example/vulcan", "db.example/vulcan"],
    ["PGHOST", "db.example", "db.example"],
    ["DB_DSN", "host=db.example user=vulcan password=p4ss", "db.example"],
    ["DB_PASSWORD", "pass.word", undefined],
    ["DB_USER", "vulcan.app", undefined],
    ["DB_URL", "postgres://vulcan:p4ss", undefined],
    ["APP_URL", "https://vulcan.example", undefined],
  ])("%s=%s: %s", (name, value, expected) => {
    const read = definition(env([name, value]));
    expect(read.containers[0]?.environment[0]?.place).toBe(expected);
    expect(JSON.stringify(read)).not.toContain("p4ss");
  });
});

it("keeps of a service revision what a deployment ran, and what a task definition does not bring", () => {
  const revision = toServiceRevision({
    serviceRevisionArn: "arn:r",
    taskDefinition: "arn:aws:ecs:eu-west-1:1:task-definition/vulcan-prod:42",
    containerImages: [{ containerName: "vulcan", image: "vulcan:1", imageDigest: "sha256:a" }],
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-a"] } },
    capacityProviderStrategy: [],
  });
  expect(revision).toEqual({
    arn: "arn:r",
    taskDefinition: "vulcan-prod:42",
    images: [{ container: "vulcan", image: "vulcan:1", digest: "sha256:a" }],
    settings: { network: { awsvpcConfiguration: { subnets: ["subnet-a"] } } },
  });
});

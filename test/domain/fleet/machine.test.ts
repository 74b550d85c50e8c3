import validate from "asl-validator";
import { describe, expect, it } from "vitest";
import { fleetMachine } from "../../../src/domain/fleet/machine/machine.ts";
import { fleetTemplate, targetTemplate } from "../../../src/domain/fleet/template/template.ts";
import type { Json, JsonObject } from "../../../src/domain/json.ts";

const machine = fleetMachine();
const template = fleetTemplate();
const target = targetTemplate();

const golden = (name: string) => `../../golden/fleet/${name}.json`;
const text = (value: JsonObject) => `${JSON.stringify(value, null, 2)}\n`;
/** It writes into what it is given. */
const problems = (definition: object): string => {
  const { isValid, errorsText } = validate(structuredClone(definition), { checkPaths: true, checkArn: true });
  return isValid ? "" : errorsText("\n");
};

/** Every object in a value. */
function* objectsIn(value: Json | undefined): Generator<JsonObject> {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) for (const one of value) yield* objectsIn(one as Json);
  else {
    yield value as JsonObject;
    for (const one of Object.values(value as JsonObject)) yield* objectsIn(one);
  }
}

describe("the machine", () => {
  it("is the one in the golden file, and small", async () => {
    await expect(text(machine)).toMatchFileSnapshot(golden("machine"));
    expect(JSON.stringify(machine).length).toBeLessThan(10_000);
  });

  it("is valid Amazon States Language, in each of its states", () => {
    expect(problems(machine)).toBe("");
  });

  it("would be found wrong: a state that leads to none, or that none leads to, also inside a wave", () => {
    const changed = (from: string, to: string) => JSON.parse(JSON.stringify(machine).replaceAll(from, to));
    expect(problems(changed('"Next":"JudgeWave"', '"Next":"JudgeWaves"'))).toContain("JudgeWaves");
    expect(problems(changed('"Default":"CountFailure"', '"Default":"Ended"'))).not.toBe("");
  });

  it("leaves no failure to the engine, which would stop tasks in the middle of a change", () => {
    const tolerating = [...objectsIn(machine)].filter((one) => Object.keys(one).some((key) => /^Tolerated/.test(key)));
    expect(tolerating.map((one) => one.ToleratedFailurePercentage)).toEqual([100]);
    const tasks = [...objectsIn(machine)].filter(({ Type }) => Type === "Task");
    // Without an end to its time the engine stops no worker: runbooks have limits of their own.
    expect(
      tasks.flatMap(({ TimeoutSeconds, HeartbeatSeconds }) => [TimeoutSeconds, HeartbeatSeconds]),
    ).not.toContainEqual(expect.anything());
  });

  it("gives workers a plan's name and an id, and no variable of the environment", () => {
    expect(JSON.stringify(machine)).toContain("States.Array('run', '--plan', $.plan, '--as', $.id,");
    expect(JSON.stringify(machine)).not.toContain("Environment");
  });

  it("uses a token for people alone, and no JSONata", () => {
    expect(JSON.stringify(machine).match(/waitForTaskToken/g)).toHaveLength(1);
    expect(JSON.stringify(machine)).not.toMatch(/JSONata|QueryLanguage|\{%/);
  });
});

describe.each([
  ["template", template],
  ["target-template", target],
])("the %s", (name, made) => {
  it("is the one in the golden file, and CloudFormation takes it without a bucket: 51,200 bytes", async () => {
    await expect(text(made)).toMatchFileSnapshot(golden(name));
    expect(Buffer.byteLength(text(made))).toBeLessThan(51_200);
  });

  it("refers to parameters, resources and conditions that there are, and uses all of them", () => {
    const resources = Object.keys(made.Resources as JsonObject);
    const parameters = Object.keys(made.Parameters as JsonObject);
    const conditions = Object.keys((made.Conditions ?? {}) as JsonObject);
    const objects = [...objectsIn(made)];
    const subs = objects.flatMap((one) => String(one["Fn::Sub"] ?? "").match(/\$\{([\w:]+)\}/g) ?? []);
    const named = [
      ...objects.flatMap((one) => (typeof one.Ref === "string" ? [one.Ref] : [])),
      ...objects.flatMap((one) => (Array.isArray(one["Fn::GetAtt"]) ? [String(one["Fn::GetAtt"][0])] : [])),
      ...subs.map((one) => one.slice(2, -1)),
    ].filter((one) => !one.startsWith("AWS::"));
    expect(named.filter((one) => ![...resources, ...parameters].includes(one))).toEqual([]);
    expect(parameters.filter((one) => !named.includes(one))).toEqual([]);
    const asked = objects.flatMap((one) => (typeof one.Condition === "string" ? [one.Condition] : []));
    expect([...new Set(asked)].sort()).toEqual(conditions.sort());
  });

  it("lets no role delete an item of the table, and only the table's key has every action", () => {
    const all = [...objectsIn(made)].flatMap(({ Action }) => [Action ?? []].flat() as string[]);
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((action) => /^dynamodb:(Delete|BatchWrite|Transact|PartiQL|\*)/.test(action))).toEqual([]);
    expect(all.filter((action) => /^\*|:\*$/.test(action))).toEqual(name === "template" ? ["kms:*"] : []);
  });
});

describe("the template", () => {
  const resource = (name: string) => (template.Resources as JsonObject)[name] as JsonObject;
  const properties = (name: string) => resource(name).Properties as JsonObject;
  const statements = (name: string) =>
    [...objectsIn(properties(name).Policies)].filter(({ Effect }) => Effect === "Allow");

  it("fills in each name that the machine leaves open, and no other", () => {
    const open = new Set(
      JSON.stringify(machine)
        .match(/\$\{\w+\}/g)
        ?.map((one) => one.slice(2, -1)),
    );
    expect(Object.keys(properties("Machine").DefinitionSubstitutions as JsonObject).sort()).toEqual([...open].sort());
  });

  it("has the machine as one text, since CloudFormation takes no null", () => {
    expect(JSON.parse(String(properties("Machine").DefinitionString))).toEqual(machine);
    expect(JSON.stringify(machine)).toContain(":null");
    expect([...objectsIn(template)].flatMap((one) => Object.values(one))).not.toContain(null);
  });

  it("keeps the table: encrypted, restorable, protected from deletion", () => {
    expect(resource("Table")).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEType: "KMS" },
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "executions",
            KeySchema: [
              { AttributeName: "listed", KeyType: "HASH" },
              { AttributeName: "at", KeyType: "RANGE" },
            ],
          },
        ],
      },
    });
  });

  it("gives a worker two minutes to close its journal", () => {
    expect(properties("Worker").ContainerDefinitions).toMatchObject([{ Name: "worker", StopTimeout: 120 }]);
  });

  const actionsOf = (name: string) => statements(name).flatMap(({ Action }) => Action as string[]);
  const keysOf = (name: string, action: string) =>
    statements(name)
      .filter(({ Action }) => (Action as string[]).includes(action))
      .flatMap(({ Condition }) => {
        const keys = (Condition as JsonObject | undefined)?.["ForAllValues:StringLike"] as JsonObject | undefined;
        return (keys?.["dynamodb:LeadingKeys"] ?? ["every item"]) as string[];
      });

  it("keeps who starts apart from who approves, and the worker from both", () => {
    expect(actionsOf("OperatorRole").filter((action) => /SendTask/.test(action))).toEqual([]);
    expect(actionsOf("ApproverRole").filter((action) => /StartExecution|StopExecution/.test(action))).toEqual([]);
    expect(actionsOf("WorkerRole").filter((action) => action.startsWith("states:"))).toEqual([]);
  });

  it("lets each write its own items alone", () => {
    expect(keysOf("FleetRole", "dynamodb:UpdateItem")).toEqual(["brake#*", "approval#*"]);
    expect(keysOf("WorkerRole", "dynamodb:PutItem")).toEqual(["x#*"]);
    expect(keysOf("OperatorRole", "dynamodb:PutItem")).toEqual(["plan#*", "x#*"]);
    expect(keysOf("OperatorRole", "dynamodb:UpdateItem")).toEqual(["brake#*"]);
    expect(keysOf("ApproverRole", "dynamodb:PutItem")).toEqual(["approved#*"]);
  });

  it("passes only the worker's two roles, and only to tasks", () => {
    const passing = statements("FleetRole").filter(({ Action }) => (Action as string[]).includes("iam:PassRole"));
    expect(passing).toMatchObject([
      { Resource: [{ "Fn::GetAtt": ["ExecutionRole", "Arn"] }, { "Fn::GetAtt": ["WorkerRole", "Arn"] }] },
    ]);
  });
});

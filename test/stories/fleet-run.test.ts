import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NEEDS } from "../../src/domain/aws/iam-needs.ts";
import { policyFor } from "../../src/domain/aws/iam-policy.ts";
import type { FleetPlan } from "../../src/domain/fleet/fleet-plan.ts";
import type { MachineInput } from "../../src/domain/fleet/machine-input.ts";
import type { FleetStatus } from "../../src/domain/fleet/run.ts";
import { executionIdIn } from "../../src/domain/fleet/run-name.ts";
import { eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

const TABLE = "vulcan-ops-journal";
const RUN = "revert-42";
const TARGET = `{account: "111122223333", region: eu-west-1, production: false, journal: "dynamodb://${TABLE}"}`;
const CONFIGURATION = `schemaVersion: "1"
defaultTarget: shop-de
targets:
  shop-de: ${TARGET}
  shop-fr: ${TARGET}
  shop-us: ${TARGET}
`;
const FLEET = `schemaVersion: "1"
runbook: rollback-service
targets: [shop-*]
waves:
  - {name: canary, targets: [shop-de], concurrency: 1}
  - {name: rest, approval: true, concurrency: 2, tolerated: 1}
`;

let rig: Rig;
let cwd: string;
let table: DynamoDBClient;
/** Who AWS says is calling: the sandbox knows one principal alone. */
let caller = "";
const sts = createServer((_, response) => {
  const arn = `arn:aws:sts::111122223333:assumed-role/${caller}`;
  const identity = `<GetCallerIdentityResult><Arn>${arn}</Arn><Account>111122223333</Account></GetCallerIdentityResult>`;
  const text = `<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`;
  response.writeHead(200, { "content-type": "text/xml" }).end(text);
});

beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
  table = new DynamoDBClient({});
});
beforeEach(async () => {
  await rig.sandbox.reset("bad-but-healthy");
  cwd = mkdtempSync(join(rig.stateDir, "fleet-"));
  writeFileSync(join(cwd, "revert.yaml"), FLEET);
  writeFileSync(join(cwd, "own.yaml"), CONFIGURATION);
  const planned = await as("ana", "fleet", "plan", "revert.yaml", "--run", RUN, "-o", "plans");
  expect([planned.code, planned.said]).toEqual([0, expect.stringContaining("Kept: 3 plans")]);
});
afterAll(async () => {
  table.destroy();
  sts.close();
  await rig.close();
});

async function asRole(role: string, ...words: string[]) {
  caller = role;
  const AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  const env = { AWS_ENDPOINT_URL_STS, VULCAN_OPS_CONFIG: join(cwd, "own.yaml"), XDG_STATE_HOME: join(cwd, "state") };
  const outcome = await vulcanOps(words, { cwd, columns: 300, env });
  return { ...outcome, said: outcome.stderr.replace(/\s+/g, " ") };
}
const as = (who: string, ...words: string[]) => asRole(`Ops/${who}`, ...words);
const start = (who = "ana", ...more: string[]) =>
  as(who, "fleet", "start", "plans", "--confirm", `1 of ${RUN}`, ...more);
const approve = (who: string, ...more: string[]) =>
  as(who, "fleet", "approve", RUN, "rest", ...(more.length > 0 ? more : ["--confirm", "2 of rest"]));

/** As the machine starts it: in a task whose disk is empty, with a role whose sessions are called by their task. */
async function worker(target: string) {
  const state = join(cwd, `disk-${target}-${Math.random()}`);
  mkdirSync(state);
  const words = ["run", "--plan", `plan:${RUN}/${target}`, "--as", executionIdIn(RUN, target), "--output", "ndjson"];
  return asRole("vulcan-ops-worker/0123456789abcdef0123456789abcdef", ...words, "--state-dir", state);
}

/** What the machine writes: the sandbox carries none out. */
const machine = {
  release: (wave: string, tolerated: number) =>
    update(wave, "SET failed = :none, tolerated = if_not_exists(tolerated, :tolerated)", {
      ":none": { N: "0" },
      ":tolerated": { N: String(tolerated) },
    }),
  count: (wave: string, target: string, exit: number) =>
    update(wave, "SET #target = :exit ADD failed :one", { ":exit": { S: String(exit) }, ":one": { N: "1" } }, target),
  ask: async (wave: string) => {
    const { digest } = fleetPlan();
    const texts = { pk: `approval#${RUN}`, sk: wave, token: `token-${wave}`, digest, at: "2026-04-10T03:00:00.000Z" };
    const Item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    await table.send(new PutItemCommand({ TableName: TABLE, Item }));
  },
};
const update = (wave: string, expression: string, values: Record<string, { S: string } | { N: string }>, of = "") =>
  table.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: `brake#${RUN}` }, sk: { S: wave } },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
      ...(of !== "" && { ExpressionAttributeNames: { "#target": `t#${of}` } }),
    }),
  );

const fleetPlan = () => JSON.parse(readFileSync(join(cwd, "plans", "fleet.plan.json"), "utf8")) as FleetPlan;
const calls = (name: string) => rig.sandbox.requests().filter(({ operation }) => operation === name);

async function status(): Promise<FleetStatus> {
  const { code, stdout } = await as("ben", "fleet", "status", RUN, "--output", "json");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}
const told = ({ state, waves }: FleetStatus) => [
  state,
  ...waves.map((wave) => `${wave.state}: ${wave.targets.map((target) => target.state).join(", ")}`),
];

describe("a run of a fleet", () => {
  it("is started, approved by another person and carried out by workers, each step in its status", async () => {
    expect((await as("ben", "fleet", "status", RUN)).code).toBe(6);
    expect(await as("ana", "fleet", "start", "plans")).toMatchObject({
      code: 6,
      said: expect.stringContaining(`Add to the same command: --confirm '1 of ${RUN}'`),
    });
    expect(calls("StartExecution")).toEqual([]);
    expect(await start("ana", "--reason", "INC-7")).toMatchObject({ code: 0 });
    expect(told(await status())).toEqual(["waiting", "waiting: waiting", "waiting: waiting, waiting"]);

    // Its wave waits for an approval: a worker that runs all the same is answered by nothing.
    expect(await worker("shop-fr")).toMatchObject({ code: 6, stdout: expect.stringContaining("answer-missing") });
    await machine.release("canary", 0);
    const canary = await worker("shop-de");
    expect(canary).toMatchObject({ code: 0 });
    const events = eventsOf(canary.stdout);
    const { digest } = fleetPlan();
    const by = "arn:aws:sts::111122223333:assumed-role/Ops/ana";
    expect(events[0]).toMatchObject({
      statedReason: "INC-7",
      fleet: { run: RUN, wave: "canary", digest, by, how: "started" },
    });
    expect(events.find(({ type }) => type === "step.confirmed")).toMatchObject({ how: "approval" });
    expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toHaveLength(1);

    // The same command once more, on another disk: the same execution, which is at its end.
    expect(await worker("shop-de")).toMatchObject({ code: 0, stdout: "" });

    await machine.ask("rest");
    expect(told(await status())).toEqual(["approval", "done: done", "approval: waiting, waiting"]);
    expect(await approve("cem", "--digest", "0123456789", "--confirm", "2 of rest")).toMatchObject({
      code: 6,
      said: expect.stringContaining(`and this is plan ${digest.slice(0, 8)}`),
    });
    expect(calls("SendTaskSuccess")).toHaveLength(0);
    const reviewed = await approve("cem", "--digest", digest.slice(0, 12), "--confirm", "2 of rest");
    expect(reviewed).toMatchObject({ code: 0, said: expect.stringContaining("2 × roll back") });
    expect(calls("SendTaskSuccess")).toHaveLength(1);

    await machine.release("rest", 1);
    // The service is one and the same: it is at :42 already, and the plan no longer fits.
    for (const target of ["shop-fr", "shop-us"]) {
      const stale = await worker(target);
      expect(stale).toMatchObject({ code: 11, stdout: expect.stringContaining("stale-plan") });
      await machine.count("rest", target, 11);
    }
    const after = await status();
    expect(told(after)).toEqual(["failed", "done: done", "braked: never began, never began"]);
    expect(after.waves[1]).toMatchObject({ answeredBy: expect.stringContaining("Ops/cem") });
    const screen = await as("ben", "fleet", "status", RUN);
    expect(screen.stdout.split("\n").length).toBeLessThanOrEqual(24);
    expect(screen.stdout).toContain("rest: stopped by failures; 2 never began; 1 may fail; approved by Ops/cem");
  });

  it("is approved by neither its planner nor its starter, and only once", async () => {
    expect(await start("ben")).toMatchObject({ code: 0 });
    expect(await approve("cem")).toMatchObject({
      code: 11,
      said: expect.stringContaining("has not come to wave rest"),
    });
    await machine.ask("rest");
    expect(await approve("ben")).toMatchObject({
      code: 11,
      said: expect.stringContaining("Ops/ben started the run: another person"),
    });
    expect(await approve("ana")).toMatchObject({
      code: 11,
      said: expect.stringContaining("Ops/ana made the plan: another person"),
    });
    expect(await approve("cem", "--confirm", "3 of rest")).toMatchObject({ code: 6 });
    expect(await as("cem", "fleet", "approve", RUN, "canary")).toMatchObject({ code: 6 });
    expect(await as("cem", "fleet", "approve", RUN, "all")).toMatchObject({ code: 6 });
    expect(calls("SendTaskSuccess")).toEqual([]);
    expect(await approve("cem")).toMatchObject({ code: 0 });
    expect(await approve("dan")).toMatchObject({
      code: 11,
      said: expect.stringContaining("Ops/cem approved wave rest of revert-42"),
    });
    expect(await approve("cem", "--reject", "--confirm", "reject rest")).toMatchObject({ code: 11 });
    // An answer whose message to the machine was lost is sent again by the same person.
    expect(await approve("cem")).toMatchObject({ code: 11, said: expect.stringContaining("no longer waits") });
    expect(calls("SendTaskFailure")).toEqual([]);
  });

  it("ends where a person says no: its workers are answered by nothing", async () => {
    expect(await start()).toMatchObject({ code: 0 });
    await machine.ask("rest");
    expect(await approve("cem", "--reject", "--confirm", "reject rest")).toMatchObject({ code: 0 });
    expect([calls("SendTaskFailure").length, calls("SendTaskSuccess").length]).toEqual([1, 0]);
    expect((await status()).waves[1]).toMatchObject({ state: "rejected" });
    expect(await worker("shop-us")).toMatchObject({ code: 6 });
    expect(await approve("dan")).toMatchObject({ code: 11, said: expect.stringContaining("Ops/cem rejected") });
  });

  it("is started once: by the same person again where the answer was lost, and by no other", async () => {
    rig.sandbox.inject({ operation: "StartExecution", nth: 1, times: 1, when: "after", kind: "http503-html" });
    expect((await start()).code).not.toBe(0);
    rig.sandbox.clearFaults();
    expect(await start()).toMatchObject({ code: 0 });
    expect(await start("ben")).toMatchObject({ code: 11, said: expect.stringContaining("Ops/ana started run") });
    expect(calls("StartExecution")).toHaveLength(2);
    // By its name: the plans are in the table.
    expect(await as("ana", "fleet", "start", RUN, "--confirm", `1 of ${RUN}`)).toMatchObject({ code: 0 });
    expect(await as("ana", "fleet", "start", "revert-43")).toMatchObject({ code: 6 });
  });

  it("goes on where its machine has died: in another execution, without what is done, for its starter alone", async () => {
    expect(await start()).toMatchObject({ code: 0 });
    await machine.release("canary", 0);
    expect(await worker("shop-de")).toMatchObject({ code: 0 });
    await machine.ask("rest");
    expect(await approve("cem")).toMatchObject({ code: 0 });
    const states = new SFNClient({});
    const abort = (name: string) =>
      states.send(
        new StopExecutionCommand({
          executionArn: `arn:aws:states:eu-west-1:111122223333:execution:vulcan-ops-fleet:${name}`,
        }),
      );
    await abort(RUN);
    expect(await start("ben")).toMatchObject({ code: 11, said: expect.stringContaining("Ops/ana started run") });
    rig.sandbox.inject({ operation: "StartExecution", nth: 2, times: 1, when: "after", kind: "http503-html" });
    expect((await start()).code).not.toBe(0);
    rig.sandbox.clearFaults();
    const again = await start();
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining("What is done stays done") });
    const started = calls("StartExecution").map(({ input }) => input as { name: string; input: string });
    expect(started.map(({ name }) => name)).toEqual([RUN, RUN, `${RUN}_2`, RUN, `${RUN}_2`]);
    expect(started[4]?.input).toBe(started[2]?.input);
    const { waves, digest } = JSON.parse(started[4]?.input ?? "") as MachineInput;
    expect(digest).toBe(fleetPlan().digest);
    expect(waves.map(({ name, targets, size }) => [name, targets.length, size])).toEqual([["rest", 2, 2]]);

    await abort(`${RUN}_2`);
    expect(await start()).toMatchObject({ code: 0 });
    expect(calls("StartExecution").at(-1)?.input).toMatchObject({ name: `${RUN}_3` });
    expect(await as("ben", "fleet", "stop", RUN, "--now", "--confirm", `stop ${RUN}`)).toMatchObject({ code: 0 });
    expect(calls("StopExecution").at(-1)?.input.executionArn).toMatch(/:revert-42_3$/);
    expect(await start()).toMatchObject({ code: 11, said: expect.stringContaining("was stopped") });
    states.destroy();
  });

  it("has one machine, also where a schedule has started it by the template's name before its starter does", async () => {
    const states = new SFNClient({});
    const stateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:vulcan-ops-fleet";
    await states.send(new StartExecutionCommand({ stateMachineArn, name: RUN, input: JSON.stringify({ run: RUN }) }));
    states.destroy();
    expect(await start()).toMatchObject({
      code: 0,
      said: expect.stringContaining("runs already: a schedule started it"),
    });
    expect(await start()).toMatchObject({ code: 0 });
    const names = calls("StartExecution").map(({ input }) => input.name);
    expect(names).toEqual([RUN, RUN, RUN]);
    // The one that the schedule started reads them there.
    expect(told(await status())).toEqual(["waiting", "waiting: waiting", "waiting: waiting, waiting"]);
  });

  it("needs no more of IAM than it names", async () => {
    /** What the command has sent that its own policy does not allow. */
    const beyond = async (
      name: "fleet start" | "fleet status" | "fleet approve" | "fleet stop",
      ...words: string[]
    ) => {
      const before = rig.sandbox.requests().length;
      const { code } = await as(name === "fleet approve" ? "cem" : "ana", ...name.split(" "), ...words);
      const allowed = policyFor(NEEDS[name], {}).Statement.flatMap(({ Action }) => Action);
      const sent = rig.sandbox.requests().slice(before);
      const more = sent.filter(({ operation }) => !allowed.some((action) => action.endsWith(`:${operation}`)));
      return [code, sent.length > 0, more.map(({ operation }) => operation)];
    };
    const well = [0, true, []];
    expect(await beyond("fleet start", "plans", "--confirm", `1 of ${RUN}`)).toEqual(well);
    await machine.ask("rest");
    expect(await beyond("fleet status", RUN)).toEqual(well);
    expect(await beyond("fleet approve", RUN, "rest", "--confirm", "2 of rest")).toEqual(well);
    expect(await beyond("fleet stop", RUN, "--now", "--confirm", `stop ${RUN}`)).toEqual(well);
  });

  it("starts nothing more once it is stopped, and stops its machine only by a typed text", async () => {
    expect(await as("ben", "fleet", "stop", RUN)).toMatchObject({ code: 6 });
    expect(await start()).toMatchObject({ code: 0 });
    const planOfRest = ["fleet", "plan", "revert.yaml", "--rest-of", RUN];
    expect(await as("ana", ...planOfRest)).toMatchObject({ code: 11, said: expect.stringContaining("is not over") });
    const stopped = await as("ben", "fleet", "stop", RUN);
    expect([stopped.code, stopped.said]).toEqual([0, expect.stringContaining("What runs comes to its own end")]);
    expect(stopped.said).toContain(`To do the rest later: vulcan-ops fleet plan FILE -o DIR --rest-of ${RUN}`);
    expect(await as("ana", ...planOfRest)).toMatchObject({ code: 0 });
    await machine.release("canary", 0);
    expect(told(await status())).toEqual(["stopped", "stopped: not started", "stopped: not started, not started"]);
    const screen = await as("ben", "fleet", "status", RUN);
    expect(screen.stdout).toMatch(/stopped by hand by Ops\/ben at [\s\S]*The rest +vulcan-ops fleet plan/);
    const bare = await as("ben", "fleet", "stop", RUN, "--now");
    expect(bare).toMatchObject({ code: 6, said: expect.stringContaining("in the middle of a change") });
    expect(calls("StopExecution")).toEqual([]);
    const now = ["fleet", "stop", RUN, "--now", "--confirm", `stop ${RUN}`];
    expect(await as("ben", ...now)).toMatchObject({ code: 0, said: expect.stringContaining("being stopped") });
    expect(calls("StopExecution")).toHaveLength(1);
    expect(await start()).toMatchObject({ code: 11, said: expect.stringContaining("was stopped") });
  });

  it("starts no plan of a fleet that was changed in its file, also where its digest is not of that part", async () => {
    const path = join(cwd, "plans", "fleet.plan.json");
    const kept = readFileSync(path, "utf8");
    const { seal, ...plan } = JSON.parse(kept);
    const [group] = plan.groups;
    const until = "2036-04-10T06:00:00.000Z";
    const changed = {
      "what the starter is shown": { ...plan, seal, groups: [{ ...group, count: 1 }] },
      "until when it may begin": { ...plan, seal, window: { ...plan.window, until } },
      "a tolerance": { ...plan, seal, waves: plan.waves.map((wave: object) => ({ ...wave, tolerated: 9 })) },
      "without a seal": plan,
      "no plan": null,
    };
    for (const [what, value] of Object.entries(changed)) {
      writeFileSync(path, JSON.stringify(value));
      expect([what, await start()]).toEqual([
        what,
        expect.objectContaining({ code: 6, said: expect.stringContaining("fleet-plan-altered") }),
      ]);
    }
    expect([calls("PutItem"), calls("StartExecution")]).toEqual([[], []]);
    writeFileSync(path, kept);
    expect(await start()).toMatchObject({ code: 0 });
  });

  it("carries out no plan that is not the one of its digest, and under no other id", async () => {
    expect(await start()).toMatchObject({ code: 0 });
    const id = executionIdIn(RUN, "shop-de");
    const run = (...words: string[]) => as("ben", "run", "--plan", `plan:${RUN}/shop-de`, ...words);
    expect(await run()).toMatchObject({ code: 6, said: expect.stringContaining(`--as ${id}`) });
    expect(await run("--as", "job4711")).toMatchObject({ code: 6 });
    expect(await run("--as", id, "--target", "shop-fr")).toMatchObject({ code: 6 });
    const Key = { pk: { S: `plan#${RUN}` }, sk: { S: "shop-de" } };
    const other = JSON.stringify({ ...JSON.parse(readFileSync(join(cwd, "plans", "shop-de.json"), "utf8")), text: "" });
    await table.send(
      new UpdateItemCommand({
        ...{ TableName: TABLE, Key, UpdateExpression: "SET #plan = :plan" },
        ExpressionAttributeNames: { "#plan": "plan" },
        ExpressionAttributeValues: { ":plan": { S: other } },
      }),
    );
    expect(await worker("shop-de")).toMatchObject({ code: 6, stdout: expect.stringContaining("fleet-plan-altered") });
    rmSync(join(cwd, "plans", "shop-us.json"));
    expect(await start("ana")).toMatchObject({ code: 6 });
    expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toEqual([]);
  });
});

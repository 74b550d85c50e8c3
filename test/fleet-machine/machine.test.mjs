// The machine as it is deployed, run by an interpreter. It does not know the engine's thresholds, tokens and distributed
// children (they run in line): the machine needs none of the first, and the others are handed in here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { StateMachine } from "aws-local-stepfunctions";
import { TRANSITIONS } from "../../src/domain/fleet/machine/machine.ts";
import { fleetStatus } from "../../src/domain/fleet/run.ts";
import { machineDefinition } from "./definition.mjs";
import { createEcs, createTable } from "./world.mjs";

const definition = machineDefinition();

const RUN = "revert-42";
const FROM = "2026-04-10T02:00:00Z";
const UNTIL = "2026-04-10T06:00:00Z";
const names = (count, from = 1) => Array.from({ length: count }, (_, index) => `shop-${index + from}`);
const wave = (name, targets, { approval = false, concurrency = 4, tolerated = 0 } = {}) => ({
  ...{ name, approval, approvalSeconds: 3600, concurrency, tolerated, size: targets.length },
  targets: targets.map((target) => ({
    target,
    id: `id${target.replace("-", "")}`,
    plan: `plan:${RUN}/${target}`,
    jitter: 7,
  })),
});
const canaryAndRest = (rest = {}) => [wave("canary", names(4)), wave("rest", names(16, 5), { tolerated: 1, ...rest })];

/** Plays the machine. `approve`: what a person answers, after the token is in the table. */
async function play({ waves, ecs = createEcs(), table = createTable(), input, approve = async () => ({}) }) {
  const entered = [];
  const machine = new StateMachine(definition, { validationOptions: { checkArn: false } });
  const dynamo = (call) => async (parameters) => call(parameters);
  const execution = machine.run(input ?? { run: RUN, digest: "d1", from: FROM, until: UNTIL, waves }, {
    overrides: {
      taskResourceLocalHandlers: {
        ReadWaves: dynamo(table.get),
        ReadAnswer: dynamo(table.get),
        ReadBrake: dynamo(table.get),
        ReadCount: dynamo(table.get),
        ReleaseBrake: dynamo(table.update),
        CountFailure: dynamo(table.update),
        Approve: async (parameters) => {
          table.put(parameters);
          return approve(parameters.Item);
        },
        Run: (parameters) => ecs.run(parameters),
      },
      waitTimeOverrides: { Spread: 0, Pause: 0 },
      retryIntervalOverrides: { ReadBrake: 0, ReadCount: 0, ReleaseBrake: 0, CountFailure: 0 },
    },
    context: { Task: { Token: "token-1" }, State: { EnteredTime: "2026-04-10T03:00:00Z" }, Execution: {} },
  });
  const log = (async () => {
    for await (const event of execution.eventLogs) if (event.type === "StateEntered") entered.push(event.state.name);
  })();
  const end = await execution.result.then(
    (output) => ({ status: "SUCCEEDED", output }),
    (error) => ({ status: "FAILED", error: error.cause?.name ?? error.name, cause: error.message }),
  );
  await log;
  if (waves !== undefined) assert.equal(statusOf(waves, table, ecs).state, statusAfter(end), JSON.stringify(end));
  return { ...end, table, ecs, entered, started: ecs.started.map(({ target }) => target) };
}

/** What `fleet status` would say: of the table, and of the journals that workers would have written. */
function statusOf(waves, table, ecs, now = Date.parse(UNTIL) + 1) {
  const items = [...table.items.values()].map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([name, { N, S, BOOL }]) => [name, N === undefined ? (S ?? BOOL) : Number(N)]),
    ),
  );
  return fleetStatus({ run: RUN, digest: "d1", from: FROM, until: UNTIL, waves }, items, ecs.events, now);
}

/** The engine's end and the fold of the table say the same. */
const statusAfter = ({ status, error }) =>
  status === "SUCCEEDED" ? "done" : error === "FleetStopped" ? "stopped" : "failed";

test("two waves, one after the other, no more at once than the wave says", async () => {
  const order = [];
  const ecs = createEcs(
    {},
    { during: async (target) => order.push(target) && new Promise((done) => setTimeout(done, 2)) },
  );
  const { status, started, table } = await play({ waves: canaryAndRest(), ecs });
  assert.equal(status, "SUCCEEDED");
  assert.deepEqual([started.length, new Set(started).size], [20, 20]);
  assert.deepEqual(order.slice(0, 4).sort(), names(4));
  assert.ok(ecs.most() <= 4, `${ecs.most()} at once`);
  assert.equal(table.brake(RUN, "rest").failed.N, "0");
});

test("one of sixteen fails, one is tolerated: succeeded, and the table names it with its exit", async () => {
  const { status, started, table } = await play({ waves: canaryAndRest(), ecs: createEcs({ "shop-9": [1] }) });
  assert.deepEqual([status, started.length], ["SUCCEEDED", 20]);
  assert.deepEqual([table.brake(RUN, "rest").failed.N, table.brake(RUN, "rest")["t#shop-9"]], ["1", { S: "1" }]);
});

test("a canary fails: no other of its wave is begun after it, and the next wave never", async () => {
  const waves = [wave("canary", names(4), { concurrency: 1 }), wave("rest", names(16, 5))];
  const { status, error, cause, started } = await play({ waves, ecs: createEcs({ "shop-2": [11] }) });
  assert.deepEqual([status, error], ["FAILED", "FleetFailed"]);
  assert.match(cause, /wave canary of revert-42: 1 failed, 0 tolerated/);
  assert.deepEqual(started, ["shop-1", "shop-2"]);
});

test("three of sixteen fail, one is tolerated: what runs ends, no more is started", async () => {
  const ecs = createEcs({ "shop-5": [1], "shop-6": [1], "shop-7": [1] });
  const waves = canaryAndRest({ concurrency: 2 });
  const { status, error, started, entered, table } = await play({ waves, ecs });
  assert.deepEqual([status, error], ["FAILED", "FleetFailed"]);
  const rest = started.slice(4);
  // At most tolerated + concurrency fail.
  assert.ok(rest.length >= 2 && rest.length <= 3, rest.join());
  assert.equal(entered.filter((name) => name === "NotStarted").length, 16 - rest.length);
  const told = statusOf(waves, table, ecs).waves[1].targets.map(({ state }) => state);
  assert.deepEqual([told.filter((one) => one === "not started").length, told[0]], [16 - rest.length, "failed"]);
});

for (const exit of [7, 137, 143])
  test(`a worker that ends with ${exit} is started again with the same plan and id`, async () => {
    const ecs = createEcs({ "shop-1": [exit, exit, 0] });
    const { status } = await play({ waves: [wave("all", names(2))], ecs });
    assert.equal(status, "SUCCEEDED");
    const tries = ecs.started.filter(({ target }) => target === "shop-1");
    assert.deepEqual(tries, Array(3).fill({ target: "shop-1", id: "idshop1", plan: `plan:${RUN}/shop-1` }));
  });

test("it is started again three times, and then counted", async () => {
  const { status, started, table } = await play({
    waves: [wave("all", names(1))],
    ecs: createEcs({ "shop-1": [137] }),
  });
  assert.deepEqual([status, started.length, table.brake(RUN, "all")["t#shop-1"]], ["FAILED", 4, { S: "137" }]);
});

test("what has begun is started again although the brake is on; what never ran is not", async () => {
  const gate = {};
  gate.failed = new Promise((done) => {
    gate.open = done;
  });
  const table = createTable();
  const counted = async () => {
    while (table.brake(RUN, "all")?.failed.N === "0") await new Promise((done) => setTimeout(done, 1));
  };
  const ecs = createEcs(
    { "shop-1": [1], "shop-2": [137, 0], "shop-3": ["refused", 0], "shop-4": ["none", 0] },
    { during: (target, count) => (target !== "shop-1" && count === 1 ? counted() : undefined) },
  );
  const { status, started } = await play({ waves: [wave("all", names(4))], ecs, table });
  assert.equal(status, "FAILED");
  const tries = (target) => started.filter((one) => one === target).length;
  assert.deepEqual(names(4).map(tries), [1, 2, 1, 1]);
  assert.equal(table.brake(RUN, "all")["t#shop-2"], undefined);
});

test("without a brake, a task that could not start is tried again", async () => {
  const ecs = createEcs({ "shop-1": ["refused", 0], "shop-2": ["none", 0] });
  const { status, started } = await play({ waves: [wave("all", names(2))], ecs });
  assert.deepEqual([status, started.length], ["SUCCEEDED", 4]);
});

test("started before its window, it is approved at once, and begins with the window", async () => {
  const from = new Date(Date.now() + 400).toISOString();
  const order = [];
  const ecs = createEcs({}, { during: async () => order.push(Date.now() >= Date.parse(from) ? "in time" : "early") });
  const approve = async () => order.push("asked") && {};
  const waves = [wave("all", names(2), { approval: true }), wave("rest", names(1, 3))];
  const { status } = await play({ input: { run: RUN, digest: "d1", from, until: UNTIL, waves }, ecs, approve });
  assert.deepEqual([status, order], ["SUCCEEDED", ["asked", "in time", "in time", "in time"]]);
});

test("a wave with an approval waits for it: its token, digest and time are in the table", async () => {
  let seen;
  const ecs = createEcs();
  const approve = async (item) => {
    seen = { ...item };
    assert.equal(ecs.started.length, 4);
  };
  const { status } = await play({ waves: canaryAndRest({ approval: true }), ecs, approve });
  assert.equal(status, "SUCCEEDED");
  const wanted = {
    pk: "approval#revert-42",
    sk: "rest",
    token: "token-1",
    digest: "d1",
    at: "2026-04-10T03:00:00Z",
    until: UNTIL,
  };
  assert.deepEqual(seen, Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, { S: value }])));
});

for (const [name, error] of [
  ["rejected", "FleetRejected"],
  ["not answered in time", "States.Timeout"],
])
  test(`an approval that is ${name}: nothing of the wave begins`, async () => {
    const approve = () => Promise.reject(Object.assign(new Error("no"), { name: error }));
    const { status, cause, started } = await play({ waves: canaryAndRest({ approval: true }), approve });
    assert.deepEqual([status, started.length], ["FAILED", 4]);
    assert.match(cause, new RegExp(`wave rest of revert-42 was not approved: ${error}`));
  });

test("an approval that is in the table already is not asked for again; a no, and one of other plans, are no approval", async () => {
  const answered = async (answer) => {
    const table = createTable();
    table.put({ Item: { pk: { S: `approved#${RUN}` }, sk: { S: "rest" }, by: { S: "arn:cem" }, ...answer } });
    const input = { run: RUN, digest: "d1", from: FROM, until: UNTIL, waves: canaryAndRest({ approval: true }) };
    const { status, entered } = await play({ input, table });
    return [status, entered.includes("Approve")];
  };
  assert.deepEqual(await answered({ digest: { S: "d1" } }), ["SUCCEEDED", false]);
  assert.deepEqual(await answered({ digest: { S: "d2" } }), ["SUCCEEDED", true]);
  assert.deepEqual(await answered({ digest: { S: "d1" }, rejected: { BOOL: true } }), ["SUCCEEDED", true]);
});

test("stopped by hand: what runs ends, nothing more starts, and the next wave neither", async () => {
  const table = createTable();
  const stop = (sk) =>
    table.update({
      Key: { pk: { S: `brake#${RUN}` }, sk: { S: sk } },
      UpdateExpression: "SET tolerated = :stopped",
      ExpressionAttributeValues: { ":stopped": { N: "-1" } },
    });
  const ecs = createEcs({}, { during: async (target) => target === "shop-3" && ["canary", "rest"].forEach(stop) });
  const waves = [wave("canary", names(4), { concurrency: 1 }), wave("rest", names(16, 5))];
  const { status, error, started } = await play({ waves, ecs, table });
  assert.deepEqual([status, error, started], ["FAILED", "FleetStopped", names(3)]);
});

test("a stop that was before its wave stays", async () => {
  const table = createTable();
  table.items.set(`brake#${RUN} all`, { pk: { S: `brake#${RUN}` }, sk: { S: "all" }, tolerated: { N: "-1" } });
  const { error, started } = await play({ waves: [wave("all", names(3))], table });
  assert.deepEqual([error, started], ["FleetStopped", []]);
});

test("a table that fails for a moment loses no count", async () => {
  const table = createTable();
  const update = table.update;
  let failures = 3;
  table.update = (parameters) => {
    if ("ExpressionAttributeNames" in parameters && failures-- > 0)
      throw Object.assign(new Error("busy"), { name: "DynamoDB.InternalServerErrorException" });
    return update(parameters);
  };
  const { status } = await play({
    waves: [wave("all", names(3), { tolerated: 1 })],
    ecs: createEcs({ "shop-1": [1] }),
    table,
  });
  assert.deepEqual([status, table.brake(RUN, "all").failed.N], ["SUCCEEDED", "1"]);
});

test("started with the name of a run alone, it reads the waves from the table", async () => {
  const table = createTable();
  const S = JSON.stringify({ run: RUN, digest: "d1", from: FROM, until: UNTIL, waves: canaryAndRest() });
  table.put({ Item: { pk: { S: `plan#${RUN}` }, sk: { S: "#waves" }, input: { S } } });
  const { status, started } = await play({ table, input: { run: RUN } });
  assert.deepEqual([status, started.length], ["SUCCEEDED", 20]);
});

test("while it runs, the status is the fold of the table: what runs, what waits", async () => {
  const waves = canaryAndRest({ tolerated: 2 });
  const table = createTable();
  const running = new Set();
  let looks = 0;
  const ecs = createEcs(
    { "shop-8": [1], "shop-11": [137, 0] },
    {
      during: async (target, count) => {
        running.add(target);
        const { state, waves: told } = statusOf(waves, table, ecs, 0);
        const seen = told.flatMap(({ targets }) =>
          targets.filter((one) => one.state === "running").map((one) => one.target),
        );
        assert.deepEqual([state, seen.sort()], ["running", [...running].sort()]);
        looks += 1;
        await new Promise((done) => setTimeout(done, 1));
        // The one that is killed has not ended, until its second worker has.
        if (target !== "shop-11" || count === 2) running.delete(target);
      },
    },
  );
  assert.equal((await play({ waves, ecs, table })).status, "SUCCEEDED");
  assert.equal(looks, 21);
});

test("costs the transitions that the price is computed of", async () => {
  const { entered } = await play({ waves: canaryAndRest({ approval: true }) });
  const { child, wave: each, run } = TRANSITIONS;
  // The first wave has no approval: no answer is read, judged and waited for.
  assert.equal(entered.length, 20 * child + 2 * each - 3 + run);
});

// Twenty services, end to end: the machine as it is deployed, and the built program as its workers and its people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openFleetWorld } from "./fleet-world.mjs";

const RUN = "revert-all";
/** Its revert fails. */
const CANARY = "vulcan-checkout";

let world;
before(async () => {
  world = await openFleetWorld();
});
after(() => world.close());

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A busy machine is slow: it ends a test that would wait for ever. */
const LONGEST_WAIT = 600_000;

async function until(what, holds) {
  const deadline = Date.now() + LONGEST_WAIT;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `in vain waited for: ${what}`);
    await pause(50);
  }
}

const plan = (fleet, run = RUN, folder = "plans") =>
  fleet.answer(0, "ana", "fleet", "plan", "revert.yaml", "--run", run, "-o", folder);
const start = (fleet, text, { run = RUN, code = 0, who = "ana", folder = "plans" } = {}) =>
  fleet.answer(code, who, "fleet", "start", folder, "--confirm", `${text} of ${run}`);
const states = (wave) => Object.fromEntries(wave.targets.map(({ target, state }) => [target, state]));

/** How many targets are in each state. */
function sum(states) {
  const counts = {};
  for (const state of Object.values(states)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Each of these services was told once to change, and no other one. */
function assertSentOnce(fleet, services) {
  assert.deepEqual(fleet.updates(), Object.fromEntries(services.map((service) => [service, 1])));
}

test("a canary fails, and none may: the brake keeps all others, and the status says so", async () => {
  const waves = [`  - {name: canary, targets: [${CANARY}, vulcan-mail], concurrency: 1}`, "  - {name: rest}"];
  const fleet = await world.begin({ waves });
  await plan(fleet);
  await start(fleet, 20);
  const end = await fleet.engine.endOf(RUN);
  assert.deepEqual([end.status, end.error], ["FAILED", "FleetFailed"]);
  const { state, waves: told } = await fleet.status(RUN);
  assert.deepEqual(
    [state, told[0].state, states(told[0])],
    ["failed", "braked", { [CANARY]: "failed", "vulcan-mail": "not started" }],
  );
  assert.deepEqual([told[1].state, sum(states(told[1]))], ["waiting", { waiting: 18 }]);
  assertSentOnce(fleet, [CANARY]);
  assert.match((await start(fleet, 20, { code: 11 })).said, /its machine has ended/);
});

test("its machine dies in the middle: it is started again, and what is done stays done", async () => {
  const targets = '["vulcan-a*", vulcan-billing, "vulcan-l*"]';
  const waves = ["  - {name: first, targets: [vulcan-audit], concurrency: 1}", "  - {name: rest, concurrency: 4}"];
  const fleet = await world.begin({ waves, targets });
  await plan(fleet);
  await start(fleet, 5);
  await until("three changes", () => Object.keys(fleet.updates()).length >= 3);
  fleet.engine.executions[0].abort();
  assert.equal((await fleet.engine.endOf(RUN)).status, "ABORTED");
  assert.equal((await fleet.status(RUN)).state, "running");
  assert.match((await start(fleet, 5)).said, /What is done stays done/);
  assert.equal((await fleet.engine.endOf(`${RUN}_2`)).status, "SUCCEEDED");
  const status = await fleet.status(RUN);
  assert.deepEqual([status.state, status.waves.map((wave) => sum(states(wave)))], ["done", [{ done: 1 }, { done: 4 }]]);
  const services = status.waves.flatMap((wave) => Object.keys(states(wave)));
  assertSentOnce(fleet, services);
  // The first had ended: no worker was started for it again.
  assert.equal(fleet.engine.workers.filter(({ target }) => target === "vulcan-audit").length, 1);
});

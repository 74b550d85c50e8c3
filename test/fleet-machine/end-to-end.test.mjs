// Twenty services, end to end: the machine as it is deployed, and the built program as its workers and its people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openFleetWorld } from "./fleet-world.mjs";
import { states, sum, until } from "./waiting.mjs";

const RUN = "revert-all";
/** Its revert fails. */
const CANARY = "vulcan-checkout";

let world;
before(async () => {
  world = await openFleetWorld();
});
after(() => world.close());

const plan = (fleet, run = RUN, folder = "plans", ...more) =>
  fleet.answer(0, "ana", "fleet", "plan", "revert.yaml", "--run", run, "-o", folder, ...more);
const start = (fleet, text, { run = RUN, code = 0, who = "ana", folder = "plans" } = {}) =>
  fleet.answer(code, who, "fleet", "start", folder, "--confirm", `${text} of ${run}`);
/** Each of these services was told once to change, and no other one. */
function assertSentOnce(fleet, services) {
  assert.deepEqual(fleet.updates(), Object.fromEntries(services.map((service) => [service, 1])));
}

test("a canary fails, and none may: the brake keeps all others, and the status says so", async () => {
  const waves = [`  - {name: canary, targets: [${CANARY}, vulcan-mail], concurrency: 1}`, "  - {name: rest}"];
  const targets = '["vulcan-a*", "vulcan-c*", vulcan-mail]';
  const fleet = await world.begin({ waves, targets });
  await plan(fleet);
  await start(fleet, 5);
  const end = await fleet.engine.endOf(RUN);
  assert.deepEqual([end.status, end.error], ["FAILED", "FleetFailed"]);
  const { state, waves: told } = await fleet.status(RUN);
  assert.deepEqual(
    [state, told[0].state, states(told[0])],
    ["failed", "braked", { [CANARY]: "failed", "vulcan-mail": "not started" }],
  );
  assert.deepEqual([told[1].state, sum(states(told[1]))], ["waiting", { waiting: 3 }]);
  assertSentOnce(fleet, [CANARY]);
  assert.match((await start(fleet, 5, { code: 11 })).said, /its machine has ended/);
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

test("it is stopped in the middle of a wave, first softly, then now; a person continues what was interrupted; the rest is planned anew, and rejected", async () => {
  const held = {};
  // In the middle of its change: told, and not yet seen to have come about.
  const during = async (target, attempt, child) => {
    if (attempt > 1) return;
    await until(`the change of ${target}`, () => fleet.updates()[target] === 1);
    child.kill("SIGSTOP");
    held[target] = child;
  };
  const targets = "[vulcan-accounts, vulcan-audit, vulcan-billing, vulcan-mail]";
  const waves = [
    "  - {name: first, targets: ['vulcan-a*', vulcan-billing], concurrency: 3}",
    "  - {name: rest, approval: true}",
  ];
  const fleet = await world.begin({ waves, targets }, { during });
  const told = async () => (await fleet.status(RUN)).waves.map(states);
  const workersOf = (name) => fleet.engine.workers.filter(({ target }) => target === name);
  await plan(fleet);
  await start(fleet, 3);
  await until("three in the middle", () => Object.keys(held).length === 3);

  const stopped = await fleet.answer(0, "ben", "fleet", "stop", RUN);
  assert.match(stopped.said, /To do the rest later: vulcan-ops fleet plan FILE -o DIR --rest-of revert-all/);
  // Its host is taken away. The machine still runs, and starts it again.
  held["vulcan-audit"].kill("SIGTERM");
  held["vulcan-audit"].kill("SIGCONT");
  await until("the end of a worker", () => workersOf("vulcan-audit")[0].code !== undefined);
  assert.equal(workersOf("vulcan-audit")[0].code, 143);
  const running = { "vulcan-accounts": "running", "vulcan-audit": "running", "vulcan-billing": "running" };
  assert.deepEqual(await told(), [running, { "vulcan-mail": "not started" }]);
  held["vulcan-billing"].kill("SIGCONT");
  await until("two at their end", () =>
    ["vulcan-audit", "vulcan-billing"].every((name) => workersOf(name).at(-1).code === 0),
  );

  const now = fleet.answer(0, "ben", "fleet", "stop", RUN, "--now", "--confirm", `stop ${RUN}`);
  await until("the end of the machine", () => fleet.engine.executions[0].isAborted);
  held["vulcan-accounts"].kill("SIGCONT");
  assert.match((await now).said, /vulcan-ops resume ID continues it/);
  assert.equal((await fleet.engine.endOf(RUN)).status, "ABORTED");
  const done = { "vulcan-accounts": "interrupted", "vulcan-audit": "done", "vulcan-billing": "done" };
  assert.deepEqual(await told(), [done, { "vulcan-mail": "not started" }]);
  const screen = await fleet.answer(0, "ben", "fleet", "status", RUN);
  const [, id] = /vulcan-ops resume (\w{12})\n/.exec(screen.stdout);
  assert.match(screen.stdout, /first: stopped by hand by Ops\/ben at/);
  await fleet.answer(0, "ben", "resume", id, "--yes", "--confirm", "Ops/ben");
  assert.deepEqual(await told(), [{ ...done, "vulcan-accounts": "done" }, { "vulcan-mail": "not started" }]);
  assert.match((await start(fleet, 3, { code: 11 })).said, /was stopped: what is left of it needs a plan of its own/);

  await plan(fleet, "the-rest", "rest", "--rest-of", RUN);
  assert.deepEqual(
    fleet.fleetPlan("rest").waves.map(({ targets }) => targets.map(({ target }) => target)),
    [["vulcan-mail"]],
  );
  await fleet.answer(0, "ana", "fleet", "start", "rest", "--confirm", "start the-rest");
  await until("the approval", () => fleet.isAsked("the-rest"));
  await fleet.answer(0, "cem", "fleet", "approve", "the-rest", "rest", "--reject", "--confirm", "reject rest");
  const end = await fleet.engine.endOf("the-rest");
  assert.deepEqual([end.status, end.error], ["FAILED", "FleetNotApproved"]);
  const rejected = await fleet.status("the-rest");
  assert.deepEqual([rejected.state, rejected.waves[0].state], ["failed", "rejected"]);
  assert.match(
    (await fleet.answer(11, "ana", "fleet", "start", "rest", "--confirm", "start the-rest")).said,
    /its machine has ended/,
  );
  assertSentOnce(fleet, Object.keys(done));
});

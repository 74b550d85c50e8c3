// The whole of a run of twenty services: two waves, an approval, one that fails and is tolerated, workers that are killed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openFleetWorld } from "./fleet-world.mjs";
import { watchInstants } from "./instants.mjs";
import { states, sum, until } from "./waiting.mjs";

const RUN = "revert-all";
/** Its revert fails, and the breaker puts the bad release back. */
const CANARY = "vulcan-checkout";
const FIRST = ["vulcan-accounts", "vulcan-audit", "vulcan-billing"];

const IS_ALL = process.env.VULCAN_OPS_SAMPLE === "all";
/** With all, the run lasts long enough for so many. */
const LEAST_INSTANTS = IS_ALL ? 200 : 20;
const CONCURRENCY = IS_ALL ? 2 : 6;

let world;
before(async () => {
  world = await openFleetWorld();
});
after(() => world.close());

test("all twenty: each is told once, also where a worker is killed, and at each instant the status is the fold of the table", async (t) => {
  let fleet;
  /** The first worker of each is killed as soon as this is so: it has begun, or it has sent its change. */
  const deaths = {
    "vulcan-ledger": (id) => fleet.records(id).length > 0,
    "vulcan-mail": () => fleet.updates()["vulcan-mail"] === 1,
  };
  const during = async (target, attempt, child, id) => {
    if (attempt > 1 || !(target in deaths)) return;
    await until(`the moment to kill ${target}`, () => deaths[target](id));
    child.kill("SIGKILL");
  };
  const waves = [
    `  - {name: first, targets: [${FIRST}], concurrency: 3}`,
    `  - {name: rest, approval: true, concurrency: ${CONCURRENCY}, tolerated: 1}`,
  ];
  fleet = await world.begin({ waves }, { during });
  const before = fleet.revisions();
  await fleet.answer(0, "ana", "fleet", "plan", "revert.yaml", "--run", RUN, "-o", "plans");
  await fleet.answer(0, "ana", "fleet", "start", "plans", "--confirm", `3 of ${RUN}`);
  const instants = watchInstants({ sandbox: world.sandbox, fleet, run: RUN, seed: 23 });
  await until("the approval", () => fleet.isAsked(RUN));
  assert.equal((await fleet.status(RUN)).state, "approval");
  assert.deepEqual(Object.keys(fleet.updates()).sort(), FIRST);
  assert.equal(fleet.engine.most(), 3);

  const approve = ["fleet", "approve", RUN, "rest", "--confirm", "17 of rest"];
  assert.match((await fleet.answer(11, "ana", ...approve)).said, /Ops\/ana started the run/);
  await fleet.answer(0, "cem", ...approve);
  const end = await fleet.engine.endOf(RUN);
  assert.equal(end.status, "SUCCEEDED", `${end.error}\n${fleet.engine.troubles()}`);
  const told = await instants.end();
  t.diagnostic(`${told.compared} instants in ${told.states} different states, ${told.disturbed} written meanwhile`);
  assert.ok(told.compared >= LEAST_INSTANTS, `${told.compared} instants`);

  const status = await fleet.status(RUN);
  const ends = status.waves.flatMap(({ targets }) => targets);
  assert.deepEqual(
    [status.state, ...status.waves.map((wave) => sum(states(wave)))],
    ["done", { done: 3 }, { done: 16, failed: 1 }],
  );
  assert.deepEqual([ends.length, ends.find(({ state }) => state === "failed").target], [20, CANARY]);
  assert.deepEqual(fleet.updates(), Object.fromEntries(ends.map(({ target }) => [target, 1])));
  // What each end says is so: the services run what their plans say, and the one that failed what it ran before.
  const planned = { ...fleet.plannedRevisions(), [CANARY]: before[CANARY] };
  assert.deepEqual(fleet.revisions(), planned);
  for (const { target, id, state } of ends) {
    const records = fleet.records(id);
    assert.deepEqual([target, records.at(-1).type], [target, "execution.ended"]);
    assert.equal(records.filter(({ type }) => type === "step.confirmed").length, 1);
    assert.equal(state === "done", records.at(-1).status === "done");
  }
  for (const target of Object.keys(deaths)) {
    const workers = fleet.engine.workers.filter((one) => one.target === target);
    assert.deepEqual(
      workers.map(({ code }) => code),
      [137, 0],
    );
    assert.deepEqual(workers[1].command, workers[0].command);
  }
});

// Instants of a run at which the program's status is compared with the fold of the table's items.
import assert from "node:assert/strict";
import { foldTable } from "./fold.mjs";
import { createTable } from "./world.mjs";

const IS_ALL = process.env.VULCAN_OPS_SAMPLE === "all";

/**
 * Real ms between two instants, at most, and how many there are: each costs a fifth of a second of one core, and some 50
 * open files, for the two minutes that the sandbox keeps idle connections.
 */
const LONGEST_PAUSE = 600;
const MOST = IS_ALL ? 260 : 30;

/** So long (real ms) writes of the table are held at an instant: half as long as a worker of these tests waits for one. */
const LONGEST_HOLD = 30_000;

const JOURNAL = "vulcan-ops-journal";

/**
 * Compares at random instants until `end()`, which answers how many there were, in how many different states of the run.
 * What writes the table at an instant waits until the instant is over; one at which it was written all the same is none.
 */
export function watchInstants({ sandbox, fleet, run, seed }) {
  const random = mulberry32(seed);
  const table = followTable(sandbox);
  const seen = new Set();
  let [compared, disturbed] = [0, 0];
  let isOver = false;

  async function look() {
    for (const operation of ["PutItem", "UpdateItem"])
      sandbox.inject({ operation, nth: 1, times: 1_000_000, when: "before", kind: "stall", ms: LONGEST_HOLD });
    try {
      const before = table.read();
      const told = await fleet.status(run);
      const now = sandbox.now();
      if (table.read() !== before) {
        disturbed += 1;
        return;
      }
      assert.deepEqual(told, foldTable(table.items, run, now), `instant ${compared}, after ${before} writes`);
      compared += 1;
      seen.add(JSON.stringify(told));
    } finally {
      sandbox.clearFaults();
    }
  }

  const watching = (async () => {
    while (!isOver && compared < MOST) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_PAUSE));
    }
  })();
  watching.catch(() => {});
  return {
    async end() {
      isOver = true;
      await watching;
      await look();
      return { compared, disturbed, states: seen.size };
    },
  };
}

/** The table, made of the requests that wrote it. `read()` takes the new ones, and answers how many there were in all. */
function followTable(sandbox) {
  const { items, put, update } = createTable();
  const writes = { PutItem: put, UpdateItem: update };
  let [heard, count] = [0, 0];
  return {
    items,
    read() {
      const requests = sandbox.requests();
      for (; heard < requests.length; heard++) {
        const { operation, input, effective } = requests[heard];
        if (!effective || input.TableName !== JOURNAL || !(operation in writes)) continue;
        writes[operation](input);
        count += 1;
      }
      return count;
    },
  };
}

/** The same numbers for the same seed. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import { allows } from "../support/policy/allows.ts";
import { needsOf } from "../support/policy/commands.ts";
import { askedFor } from "../support/policy/requests.ts";
import { type Rig, TARGET } from "../support/sandbox-harness.ts";
import { traceInAnotherProcess } from "./support/other-process.ts";
import { PROCEDURES, type Procedure } from "./support/procedures.ts";
import { summaryOf } from "./support/summary.ts";
import { openTraceRig, type Trace, trace } from "./support/trace.ts";

/** How often each procedure is run, where that is said; else once, and a sample of them twice. */
const RUNS = process.env.VULCAN_OPS_TRACE_RUNS;
const SAMPLE = ["rollback-bad-release", "rollback-api-trouble"];

let rig: Rig;
beforeAll(async () => {
  rig = await openTraceRig();
});
afterAll(() => rig.close());

/** The first trace of each. */
const seen = new Map<string, Trace>();

async function firstOf(procedure: Procedure): Promise<Trace> {
  const first = seen.get(procedure.name) ?? (await trace(rig, procedure));
  seen.set(procedure.name, first);
  return first;
}

/** The requests, without what the world itself draws. */
const known = ({ isRaced }: Procedure, lines: readonly string[]): readonly string[] =>
  isRaced ? lines.map((line) => line.replace(/(logs:GetLogEvents .*) \w+$/, "$1")) : lines;

const runsOf = ({ name }: Procedure): number => (RUNS === undefined ? (SAMPLE.includes(name) ? 2 : 1) : Number(RUNS));

it("has no golden of what is no longer done", () => {
  const goldens = readdirSync(join(import.meta.dirname, "../golden/traces"));
  expect(goldens.sort()).toEqual(PROCEDURES.map(({ name }) => `${name}.txt`).sort());
});

// Elsewhere the time is not simulated, and no two runs are the same.
describe.runIf(process.platform === "linux").each(PROCEDURES)("$name", (procedure) => {
  const tags = procedure.isVariant === true ? ["variant"] : [];

  it("sends these writes in this order, and these reads", { tags }, async () => {
    const summary = summaryOf(procedure, await firstOf(procedure));
    await expect(summary).toMatchFileSnapshot(`../golden/traces/${procedure.name}.txt`);
  });

  it("is allowed all that it asks by the least policy of its commands, and all that comes with it", {
    tags,
  }, async () => {
    const place = namesOf({ ...TARGET, ...procedure.settings });
    const policies = procedure.commands.map((words) => policyFor(needsOf(words), place));
    const { requests } = await firstOf(procedure);
    expect(requests.flatMap(askedFor).filter((asked) => !allows(policies, asked))).toEqual([]);
  });

  it.runIf(runsOf(procedure) > 1)("does and says the same again, to the millisecond", async () => {
    const { lines, writes, output } = await firstOf(procedure);
    for (let run = 1; run < runsOf(procedure); run++) {
      const again = await trace(rig, procedure);
      expect({ run, writes: again.writes }).toEqual({ run, writes });
      expect({ run, lines: known(procedure, again.lines) }).toEqual({ run, lines: known(procedure, lines) });
      expect(again.output).toBe(output);
    }
  });

  it.runIf(procedure.name === SAMPLE[0])("does and says the same in another process", async () => {
    const { lines, writes, output } = await firstOf(procedure);
    // The world must not go on meanwhile.
    await rig.sandbox.reset("empty");
    expect(await traceInAnotherProcess(procedure.name, inject("cluster"))).toEqual({ lines, writes, output });
  });
});

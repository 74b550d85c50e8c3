import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxOptions } from "../../../src/sandbox/index.ts";
import { dieAndResume, type Point, pointsOf, type Subject } from "../kill.ts";
import { sample } from "../sample.ts";
import { mutations, openRig, type Rig, runningRevisions, serviceRevision, vulcanOps } from "../sandbox-harness.ts";

/**
 * Every runbook passes through here: name it, the world it is run in, and what that world has to be afterwards.
 */
export interface Case extends Subject {
  readonly mode: "do" | "undo";
  /** Mutating calls of one whole life: each at most once, whatever the moment of death. */
  readonly writes: readonly string[];
  readonly revision: string;
  /** The migrations that have to be there at the end. */
  readonly migrations?: number;
  /** How many moments of death a sample has. */
  readonly moments?: number;
  /** Deaths right after these sends are always among them. */
  readonly afterSends?: readonly number[];
  /** Another story dies much like it: only `npm run test:all` runs this one. */
  readonly isVariant?: true;
  /** What else has to be so at the end. */
  readonly also?: (rig: Rig) => void | Promise<void>;
}

/** Looking into a container starts a command there each time; the once-only latch is inside it. */
const writesOf = (rig: Rig): string[] =>
  mutations(rig.sandbox).filter((name) => !/^ExecuteCommand$|Session$/.test(name));

async function appliedMigrations(): Promise<number> {
  const { stdout } = await vulcanOps(["migrate", "status", "--from", "sql", "--without-aws", "--output", "json"]);
  return JSON.parse(stdout).applied.length;
}

/** How many moments of death a sample has by default. */
const MOMENTS = 2;

function chosen(points: readonly Point[], { moments = MOMENTS, afterSends = [] }: Case): readonly Point[] {
  const isWanted = ({ where, number }: Point) => where === "after-send" && [1, ...afterSends].includes(number);
  return sample(points, moments, isWanted);
}

export function passThroughDeath(cases: readonly Case[], timings: SandboxOptions["timings"] = {}): void {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig("bad-release", undefined, { timings });
  });
  afterAll(() => rig.close());

  describe.each(cases)("$runbook $inputs, killed while it is at: $mode", (subject) => {
    const tags = subject.isVariant === true ? ["variant"] : [];
    it("at journal records and around sends, and resumed: the effect is there once, and the end is good", {
      tags,
      timeout: 300_000,
    }, async () => {
      const points = await pointsOf(rig, subject, subject.mode);
      expect(points.length).toBeGreaterThan(7);
      // The last record is the end itself: nothing is left to resume after it.
      const records = points.filter((point) => point.where === "record").length;
      const mortal = points.filter((point) => point.where !== "record" || point.number < records);
      for (const [index, point] of chosen(mortal, subject).entries()) {
        // Right after a send, and at every second moment: another machine continues it, which knows the table alone.
        const isShared = subject.release === undefined && (point.where === "after-send" || index % 2 === 1);
        const ending = await dieAndResume(rig, subject, subject.mode, point, isShared);
        const where = `${point.where} ${point.number}${isShared ? ", on another machine" : ""}`;
        expect({ where, ...ending }).toMatchObject({ where, exitCode: 0 });
        expect({ where, writes: writesOf(rig) }).toEqual({ where, writes: subject.writes });
        expect({ where, revision: serviceRevision(rig.sandbox) }).toEqual({ where, revision: subject.revision });
        expect({ where, running: [...new Set(runningRevisions(rig.sandbox))] }).toEqual({
          where,
          running: [subject.revision],
        });
        if (subject.migrations !== undefined)
          expect({ where, migrations: await appliedMigrations() }).toEqual({ where, migrations: subject.migrations });
        await subject.also?.(rig);
      }
    });
  });
}

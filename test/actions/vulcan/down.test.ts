import { describe, expect, it } from "vitest";
import { scaleService } from "../../../src/actions/ecs/scale-service.ts";
import { suspendScaling } from "../../../src/actions/scaling/suspend.ts";
import { whyTasksMustNotStart } from "../../../src/actions/task-start-guard.ts";
import { chooseImages } from "../../../src/actions/vulcan/down/choose-images.ts";
import {
  type ImageEvidence,
  imageContainsMigration,
} from "../../../src/actions/vulcan/down/image-contains-migration.ts";
import { downTarget } from "../../../src/actions/vulcan/down/target-version.ts";
import { findDown } from "../../../src/actions/vulcan/find-down.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import type { RevisionMark } from "../../../src/domain/failed-revision.ts";
import type { AppliedMigration } from "../../../src/domain/migrations/applied.ts";
import { assertRows, signature } from "../../../src/domain/migrations/signature.ts";
import { fixedClock, NOW, rowsOf, serviceOf, TARGET, worldOf } from "../support.ts";

const hoursAgo = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

/** `8 5`: migration 8, applied five hours ago; without hours nobody knows when. */
const appliedOf = (...lines: readonly string[]): AppliedMigration[] =>
  lines.map((line) => {
    const [version, hours] = line.split(" ");
    return {
      version: Number(version),
      description: `m${version}`,
      ...(hours && { appliedAt: hoursAgo(Number(hours)) }),
    };
  });

const HISTORY = rowsOf("43 SUCCESSFUL 5", "42 SUCCESSFUL 50", "41 SUCCESSFUL 90");
const APPLIED = appliedOf("6 90", "7 50", "8 5");

const evidenceOf = (
  change: Partial<ImageEvidence> & { label?: Readonly<Record<number, number>> } = {},
): ImageEvidence => ({
  rows: HISTORY,
  applied: APPLIED,
  ...change,
  labels: new Map(Object.entries(change.label ?? {}).map(([revision, newest]) => [`vulcan-prod:${revision}`, newest])),
});

describe("whether an image holds a migration", () => {
  it.each<[string, number, number, ImageEvidence, string]>([
    ["its label says so", 42, 8, evidenceOf({ label: { 42: 8 } }), "yes: vulcan.migrations=8"],
    ["its label says no, whatever the times say", 43, 8, evidenceOf({ label: { 43: 7 } }), "no: vulcan.migrations=7"],
    ["it was being deployed at that moment", 43, 8, evidenceOf(), "yes: it was being deployed"],
    ["it served before", 42, 8, evidenceOf(), "no: it served before migration 8"],
    ["it is newer than the one that brought it", 43, 7, evidenceOf(), "yes: it is newer than vulcan-prod:42"],
    [
      "nobody knows when it was applied",
      43,
      8,
      evidenceOf({ applied: appliedOf("7 50", "8") }),
      "unknown: nothing says",
    ],
    ["no deployment on record is as old", 43, 8, evidenceOf({ rows: [] }), "unknown: no deployment on record"],
    ["an older one that never served", 40, 8, evidenceOf(), "unknown: neither a label"],
    [
      "it has a higher number in another family",
      43,
      7,
      evidenceOf({
        rows: HISTORY.map((row) => ({ ...row, taskDefinition: row.taskDefinition.replace("prod", "web") })),
      }),
      "unknown: neither a label",
    ],
  ])("%s", (_name, revision, version, evidence, expected) => {
    const { answer, how } = imageContainsMigration(`vulcan-prod:${revision}`, version, evidence);
    expect(`${answer}: ${how}`).toContain(expected);
  });
});

describe("the two images of a Down", () => {
  const chosen = (
    evidence: ImageEvidence,
    removed: number[],
    wish: { via?: string; returnTo?: number } = {},
    current = 43,
  ) => {
    const { imageWithDown, imageAfterDown, findings } = chooseImages(
      serviceOf(current),
      evidence,
      { via: "exec", ...wish, removed },
      NOW,
    );
    return [imageWithDown, imageAfterDown, ...findings.map(({ level, code }) => `${level} ${code}`)];
  };
  const OK = ["ok down-image", "ok fitting-revision"];

  it.each<[string, ReturnType<typeof chosen>, ReturnType<typeof chosen>]>([
    [
      "by times: the one that brought it, and the one before",
      chosen(evidenceOf(), [8]),
      ["vulcan-prod:43", "vulcan-prod:42", ...OK],
    ],
    ["two back: the one before both", chosen(evidenceOf(), [8, 7]), ["vulcan-prod:43", "vulcan-prod:41", ...OK]],
    [
      "by label: the current one fits, too, and another holds it",
      chosen(evidenceOf({ label: { 42: 7, 43: 8 } }), [8], { via: "task" }, 42),
      ["vulcan-prod:43", "vulcan-prod:42", ...OK],
    ],
    [
      "by exec only what serves can be entered",
      chosen(evidenceOf({ label: { 42: 7, 43: 8 } }), [8], {}, 42),
      [undefined, "vulcan-prod:42", "block down-image-lacking", "ok fitting-revision"],
    ],
    [
      "nothing known: it may be tried, and nothing is chosen to return to",
      chosen(evidenceOf({ rows: [] }), [8]),
      ["vulcan-prod:43", undefined, "warn down-image-unknown", "block no-fitting-revision"],
    ],
    [
      "named by the operator, who knows more",
      chosen(evidenceOf({ rows: [] }), [8], { returnTo: 40 }),
      ["vulcan-prod:43", "vulcan-prod:40", "warn down-image-unknown", "warn fitting-revision-unknown"],
    ],
    [
      "named by the operator, and it would apply it again",
      chosen(evidenceOf(), [8, 7], { returnTo: 42 }),
      ["vulcan-prod:43", undefined, "ok down-image", "block revision-reapplies"],
    ],
  ])("%s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it("block with what to type next", () => {
    const wish = { via: "exec", removed: [8] };
    const { findings } = chooseImages(serviceOf(43), evidenceOf({ rows: [], label: { 43: 7 } }), wish, NOW);
    expect(findings.map(({ next }) => next?.join())).toEqual([expect.stringContaining("--via task"), undefined]);
    const none = chooseImages(serviceOf(43), evidenceOf({ rows: [] }), wish, NOW).findings.at(-1);
    expect(none?.next?.join()).toContain("--revert-to REV");
  });
});

describe("the revision that fits after a Down", () => {
  const migrations = async () => ({ applied: APPLIED, answeredBy: "api" as const });
  const fitting = async (marks: readonly RevisionMark[]) => {
    const services = worldOf({ service: serviceOf(43), history: HISTORY, marks });
    const context = { services: { ...services, schema: { ...services.schema, migrations } }, target: TARGET };
    const given = { steps: 1, via: "task" };
    const observed = await findDown.observe(given as never, { ...context, clock: fixedClock() });
    if (observed.kind !== "observed") throw new Error("deferred");
    return findDown.plan(given as never, observed.value, {}).outputs.fits;
  };

  it("is the one that served before, and never one that an execution of ours has rolled back from", async () => {
    const sentAt = HISTORY[0]?.createdAt ?? "";
    const mark = { taskDefinition: "vulcan-prod:42", leftFor: "vulcan-prod:43", sentAt, at: sentAt, execution: "abc" };
    expect([await fitting([]), await fitting([mark])]).toEqual(["vulcan-prod:42", "vulcan-prod:41"]);
  });
});

describe("the version that a Down leaves", () => {
  const rows = appliedOf("1 9", "2 8", "3 7", "4 6");
  it.each([
    [{ steps: 1 }, 3],
    [{ steps: 4 }, 0],
    [{ to: 2 }, 2],
    [{ to: 0 }, 0],
  ])("%j: %i", (wish, expected) => {
    expect(downTarget(rows, wish)).toBe(expected);
  });

  const refused = (wish: Parameters<typeof downTarget>[1], applied = rows): string => {
    try {
      return String(downTarget(applied, wish));
    } catch (error) {
      const { detail, message } = error as OpsError;
      expect(detail.exitCode).toBe(6);
      return `${detail.code}: ${message}`;
    }
  };

  it.each<[string, string, string]>([
    ["both", refused({ to: 2, steps: 2 }), "down-target"],
    ["neither", refused({}), "down-target"],
    [
      "more than there are",
      refused({ steps: 5 }),
      "too-many-steps: 5 migrations cannot be rolled back: only 4 migrations are",
    ],
    ["the present one", refused({ to: 4 }), "nothing-to-roll-back"],
    ["one ahead", refused({ to: 5 }), "version-absent"],
    ["one that is not applied", refused({ to: 2 }, appliedOf("1 9", "3 7", "4 6")), "version-absent"],
    [
      "one below a hole",
      refused({ to: 1 }, appliedOf("1 9", "3 7", "4 6")),
      "version-hole: migration 2 is missing above 1",
    ],
    [
      "steps over a hole",
      refused({ steps: 2 }, appliedOf("1 9", "2 9", "4 6")),
      "version-hole: migration 3 is missing",
    ],
    [
      "one listed twice",
      refused({ to: 1 }, appliedOf("1 9", "2 9", "2 8")),
      "version-hole: migration 2 is listed twice",
    ],
    ["nothing applied", refused({ steps: 1 }, []), "too-many-steps"],
  ])("refuses %s", (_name, found, expected) => {
    expect(found).toContain(expected);
  });

  it("takes a hole below it for none of its business", () => {
    expect(downTarget(appliedOf("1 9", "3 7", "4 6"), { steps: 1 })).toBe(3);
  });
});

describe("what was held", () => {
  const given = { image: "vulcan-prod:43", newest: 8 };
  const why = (running: string, applied: AppliedMigration[] | Error) => {
    const migrations = async () => {
      if (applied instanceof Error) throw applied;
      return { applied, answeredBy: "sql" as const };
    };
    const look = { services: { ...worldOf({}), schema: { migrations } }, target: TARGET, clock: fixedClock() };
    return whyTasksMustNotStart(given, running, look);
  };

  it.each<[string, string, AppliedMigration[] | Error, string | undefined]>([
    ["nothing taken back", "vulcan-prod:43", APPLIED, undefined],
    ["all taken back, another image", "vulcan-prod:41", appliedOf("6 90"), undefined],
    ["all taken back", "vulcan-prod:43", appliedOf("6 90"), "the schema is at migration 6"],
    ["a part taken back", "vulcan-prod:43", appliedOf("6 90", "7 50"), "the schema is at migration 7"],
    ["a list that cannot be read", "vulcan-prod:43", new Error("down"), "cannot be seen (down)"],
  ])("%s: says whether it may be let go", async (_name, running, applied, expected) => {
    const found = await why(running, applied);
    expect(found).toEqual(expected === undefined ? undefined : expect.stringContaining(expected));
  });

  it("is put back only where nobody else has set it since", () => {
    const seen = { cluster: "c", name: "vulcan-prod", held: undefined, guarded: [] };
    const size = (now: number) => scaleService.plan({ desired: 3, still: 1 } as never, { ...seen, now }, {});
    expect(size(1).proposal?.operation.input).toMatchObject({ desiredCount: 3 });
    expect(size(6)).toMatchObject({
      summary: "vulcan-prod: another operator has set it to 6 tasks, which stays",
      changes: [],
    });
    const wanted = { least: 2, suspended: "none", still: "in,out,scheduled" };
    const scaling = (inSuspended: boolean) => {
      const now = { least: 1, most: 6, inSuspended, outSuspended: true, scheduledSuspended: true };
      return suspendScaling.plan(wanted as never, { resource: "r", now, held: undefined }, {});
    };
    expect(scaling(true).proposal).toBeDefined();
    expect(scaling(false)).toMatchObject({ summary: expect.stringContaining("another operator set"), changes: [] });
  });
});

it("rows that are no longer those that were shown stop a Down at the last moment: exit 11", async () => {
  const schema = { migrations: async () => ({ applied: APPLIED, answeredBy: "sql" as const }) };
  await assertRows(signature(APPLIED), schema);
  await expect(assertRows(signature(appliedOf("6 90")), schema)).rejects.toMatchObject({
    detail: { code: "migrations-changed", exitCode: 11 },
  });
});

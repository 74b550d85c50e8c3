import { afterAll, beforeAll, expect, it } from "vitest";
import { eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 600);
});
afterAll(() => rig.close());

/** Exit code and stderr of the command where `--expect-current` says `expected`. */
const expecting = async (expected: string, ...words: readonly string[]) => {
  const about = [...words, "--yes", "--expect-current", expected, "--output", "ndjson", "--state-dir", rig.stateDir];
  const { code, stdout, stderr } = await vulcanOps(about, { columns: 400 });
  return { code, stderr, id: eventsOf(stdout)[0]?.execution ?? "", sent: mutations(rig.sandbox).length };
};

const refused = (says: string, current: string, sent: number) =>
  expect.objectContaining({
    code: 11,
    sent,
    stderr: expect.stringContaining(
      `✗ --expect-current says ${says}, but ${current} current [current-differs, exit 11]`,
    ),
  });

it("names what a second rollback finds done, and `resume` and `undo` what theirs has replaced; another is refused", async () => {
  const BACK = ["rollback", "--to", "42", "--confirm", "42"];
  const stop = new AbortController();
  const heard = (text: string) => void (text.includes('"type":"step.sent"') && stop.abort(130));
  const words = [...BACK, "--yes", "--expect-current", "43", "--output", "ndjson", "--state-dir", rig.stateDir];
  const left = await vulcanOps(words, { heard, stop: stop.signal });
  const id = eventsOf(left.stdout)[0]?.execution ?? "";
  const sent = 1;
  expect(await expecting("77", "resume", id)).toEqual(refused("77", "42 is", sent));
  expect(await expecting("43", "resume", id)).toMatchObject({ code: 0, sent });

  for (const before of ["43", ":43", "vulcan-prod:43", "42"])
    expect([before, await expecting(before, ...BACK)]).toMatchObject([before, { code: 0, sent }]);
  for (const other of ["41", "999", "moon"])
    expect(await expecting(other, ...BACK)).toEqual(refused(other, "42 is", sent));

  const UNDO = ["undo", id, "--confirm", "43"];
  expect(await expecting("42", ...UNDO)).toMatchObject({ code: 0, sent: 2 });
  expect(await expecting("42", ...UNDO)).toMatchObject({ code: 0, sent: 2 });
  expect(await expecting("77", ...UNDO)).toEqual(refused("77", "43 is", 2));

  const restore = await expecting(
    "77",
    "restore",
    "--latest",
    "--as",
    "vulcan-prod-then",
    "--confirm",
    "vulcan-prod-then",
  );
  expect(restore).toEqual(refused("77", "43 and vulcan-prod are", 2));
});

it("names the migration that a second Down finds taken back", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  const DOWN = ["migrate", "down", "--to", "6", "--confirm", "drop licences.seats", "--confirm", "41"];
  expect(await expecting("8", ...DOWN)).toMatchObject({ code: 0 });
  const done = mutations(rig.sandbox).length;
  for (const before of ["8", "6", "43"])
    expect([before, await expecting(before, ...DOWN)]).toMatchObject([before, { code: 0, sent: done }]);
  expect(await expecting("5", ...DOWN)).toEqual(refused("5", "6 and 41 are", done));
});

it("is compared by a dry run, too, which shows the plan all the same", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  const shown = async (expected: string, ...words: readonly string[]) => {
    const { code, stdout, stderr } = await vulcanOps([...words, "--dry-run", "--expect-current", expected], {
      columns: 400,
    });
    return [code, stdout.includes("Plan: roll back"), stderr];
  };
  for (const right of ["43", "vulcan-prod:43"]) expect(await shown(right, "rollback")).toEqual([0, true, ""]);
  const says = (text: string) => expect.stringContaining(`--expect-current says ${text} [current-differs, exit 11]`);
  expect(await shown("999", "rollback")).toEqual([11, true, says("999, but step revert replaces 43")]);
  const [code, , stderr] = await shown("41", "restore", "--latest", "--as", "vulcan-prod-then");
  expect([code, stderr]).toEqual([11, says("41, but 43 and vulcan-prod are current")]);
  expect(await shown("5", "migrate", "down", "--to", "8")).toEqual([11, false, says("5, but 8 and 43 are current")]);
  expect(mutations(rig.sandbox)).toEqual([]);
});

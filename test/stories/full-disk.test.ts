import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf, mutations, openRig, type Rig, runningRevisions, vulcanOps } from "../support/sandbox-harness.ts";
import { ended, idOf } from "../support/stories/down.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 600);
});
afterAll(() => rig.close());

const ROLLBACK = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"];
const MAINTENANCE = ["maintenance", "--watch", "15m", "--yes", "--expect-current", "42"];
const about = (words: readonly string[], dir: string) =>
  vulcanOps([...words, "--output", "ndjson", "--state-dir", dir], { columns: 400 });

describe("an error on the way out", () => {
  it("does not replace the outcome: the lock cannot be marked as released, and the rollback ends 0 all the same", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const dir = mkdtempSync(join(tmpdir(), "vulcan-ops-test-"));
    const heard = (text: string): void => {
      if (text.includes('"type":"step.sent"')) rmSync(join(dir, "locks"), { recursive: true, force: true });
    };
    const words = [...ROLLBACK, "--output", "ndjson", "--state-dir", dir];
    const outcome = await vulcanOps(words, { columns: 400, heard });
    rmSync(dir, { recursive: true });
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(outcome.stderr).not.toContain("FAIL");
  });
});

/** A disk of so many kilobytes, where this process may mount one. */
function mounted(kilobytes: number): { readonly dir: string; grow(): void; close(): void } | undefined {
  const dir = mkdtempSync(join(tmpdir(), "vulcan-ops-disk-"));
  const run = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;
  const isMounted = run("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k,mode=700`, "tmpfs", dir);
  const close = (): void => {
    if (isMounted) run("umount", dir);
    rmSync(dir, { recursive: true, force: true });
  };
  if (!isMounted) {
    close();
    return undefined;
  }
  return { dir, grow: () => void run("mount", "-o", "remount,size=4m", dir), close };
}

function mayMount(): boolean {
  const disk = mounted(64);
  disk?.close();
  return disk !== undefined;
}

describe.runIf(mayMount())("a disk that is full", () => {
  it.each([
    ["bad-but-healthy", ROLLBACK, [12, 16]],
    ["major-release", MAINTENANCE, [24, 32]],
  ] as const)(
    "%s: what was sent ends 7 with END, id and the line to type; with room it goes on",
    async (scenario, words, sizes) => {
      let lost = 0;
      for (const size of sizes) {
        await rig.sandbox.reset(scenario);
        const disk = mounted(size);
        if (disk === undefined) throw new Error("no disk could be mounted");
        const dir = join(disk.dir, "state");
        const outcome = await about(words, dir);
        const sent = mutations(rig.sandbox).length;
        const { code, next } = ended(outcome);
        const last = eventsOf(outcome.stdout).at(-1);
        if (sent === 0) expect({ size, code }).toEqual({ size, code: 6 });
        else if (code !== 0) {
          lost++;
          expect({ size, code, type: last?.type }).toEqual({ size, code: 7, type: "execution.ended" });
          expect(next).toEqual(["make room, then:", `vulcan-ops resume ${idOf(outcome)}`]);
          disk.grow();
          const current = String(runningRevisions(rig.sandbox)[0]?.split(":")[1]);
          const again = ["resume", idOf(outcome), "--yes", "--confirm", "42", "--expect-current", current];
          const resumed = await about(again, dir);
          expect({ size, ...ended(resumed) }).toMatchObject({ size, code: 0 });
        }
        disk.close();
      }
      expect(lost).toBeGreaterThan(0);
    },
    180_000,
  );
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { staleProxy } from "../support/stale-proxy.ts";
import { ended, idOf } from "../support/stories/down.ts";
import { deploy, rollback } from "../support/stories/rollout.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release", 600);
});
afterAll(() => rig.close());

const goOn = (command: string, id: string, ...words: readonly string[]) =>
  vulcanOps([command, id, "--yes", ...words, "--output", "ndjson", "--state-dir", rig.stateDir], { columns: 400 });
const BACK = ["--confirm", "redeploy 43", "--expect-current", "42"];

describe("a revision that is wanted and does not serve", () => {
  it("is no undo: after an undo that failed, `resume` and `undo` fail as long as nothing serves", async () => {
    await rig.sandbox.reset("bad-release");
    const id = idOf(await rollback(rig, 43, 42));
    const undone = ended(await goOn("undo", id, ...BACK));
    expect(undone).toMatchObject({ code: 1, failed: [expect.stringMatching(/^revert: /)] });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
    const sent = mutations(rig.sandbox).length;
    for (const command of ["resume", "undo"]) {
      const again = ended(await goOn(command, id, ...BACK));
      expect({ command, ...again }).toMatchObject({ command, code: 1 });
      expect(again.text).not.toContain("undone: ");
    }
    expect(mutations(rig.sandbox)).toHaveLength(sent);
  });

  it("by somebody else's hand is no undo either, and what serves by it was not undone by us", {
    tags: ["variant"],
  }, async () => {
    await rig.sandbox.reset("bad-release");
    const id = idOf(await rollback(rig, 43, 42));
    await deploy(43);
    const bad = ended(await goOn("undo", id, ...BACK));
    expect(bad).toMatchObject({ code: 1 });
    await rig.sandbox.reset("bad-but-healthy");
    const other = idOf(await rollback(rig, 43, 42));
    await deploy(43);
    const sent = mutations(rig.sandbox).length;
    expect(ended(await goOn("undo", other, ...BACK))).toMatchObject({
      code: 0,
      text: expect.stringMatching(
        /^nothing to undo: vulcan-prod:43 healthy on 3\/3 tasks and targets; 3 tasks of vulcan-prod:42 still draining, gone by about \d\d:\d\d:\d\dZ$/,
      ),
    });
    expect(mutations(rig.sandbox)).toHaveLength(sent);
  });
});

describe("reads of a service that are late", () => {
  const WORDS = ["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "ndjson"];

  /** Does it once, while the rollout is waited for. */
  const whileWaiting = (work: () => void): ((text: string) => void) => {
    let isDone = false;
    return (text) => {
      if (isDone || !/"type":"step.progress".*"step":"rollout"/.test(text)) return;
      isDone = true;
      work();
    };
  };

  it.each([2, 6])("are no news, also %s in a row: the rollback ends 0", async (count) => {
    await rig.sandbox.reset("bad-but-healthy");
    const url = process.env.AWS_ENDPOINT_URL ?? "";
    const proxy = await staleProxy(url);
    process.env.AWS_ENDPOINT_URL = proxy.url;
    const heard = whileWaiting(() => proxy.want(count));
    const outcome = await vulcanOps([...WORDS, "--state-dir", rig.stateDir], { heard }).finally(() => {
      process.env.AWS_ENDPOINT_URL = url;
    });
    await proxy.close();
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(proxy.left()).toBe(0);
  });

  it("do not hide a deployment that is newer: it has superseded ours", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const heard = whileWaiting(() => void deploy(41));
    const outcome = await vulcanOps([...WORDS, "--state-dir", rig.stateDir], { heard });
    expect(ended(outcome)).toMatchObject({ code: 1, failed: ["rollout: superseded"] });
  });
});

import { chmodSync, mkdtempSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { has, shell } from "../support/process.ts";
import { eventsOf, type Outcome, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";

const ANSWERS = ["--yes", "--confirm", "42", "--expect-current", "43"];
const AGAIN = ["--yes", "--confirm", "43", "--expect-current", "42"];

let rig: Rig;
/** A state folder that takes nothing: others may write to it. It holds one rollback that ended well. */
let open: string;
let id: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 600);
  open = mkdtempSync(join(rig.stateDir, "open-"));
  id = eventsOf((await run("rollback", open, ANSWERS, ["--output", "ndjson"])).stdout)[0]?.execution ?? "";
  chmodSync(open, 0o777);
});
afterAll(() => rig.close());

const run = (command: string, stateDir: string, ...flags: readonly (readonly string[])[]): Promise<Outcome> =>
  vulcanOps([...command.split(" "), "--state-dir", stateDir, ...flags.flat()], { columns: 2000 });

describe("a state folder that fails", () => {
  it("is named with a way that works: a fresh folder for a rollback, a copy of the journals for an undo", async () => {
    const link = join(rig.stateDir, "link");
    symlinkSync(open, link);
    await rig.sandbox.reset("bad-but-healthy");
    const refused = await run("rollback", link, ANSWERS);
    expect(refused.stderr).toContain('Add to the same command: --state-dir "$(mktemp -d)"');
    const { stdout: fresh } = await shell('printf %s "$(mktemp -d)"');
    expect((await run("rollback", fresh, ANSWERS)).code).toBe(0);

    const barred = await run(`undo ${id}`, open, AGAIN);
    const [copy = ""] = /dir=\$\(mktemp.*$/m.exec(barred.stderr) ?? [];
    expect(barred.stderr).toContain('Then add to the same command: --state-dir "$dir"');
    const { stdout: copied, code } = await shell(`${copy} && printf %s "$dir"`);
    expect(code).toBe(0);
    expect((await run(`undo ${id}`, copied, AGAIN)).code).toBe(0);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });
});

describe.skipIf(!has("aws"))("the AWS CLI", () => {
  it("takes the line as it is printed", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const refused = await run("rollback", open, ANSWERS);
    const [line = ""] = /aws ecs update-service .*$/m.exec(refused.stderr) ?? [];
    const { code, stderr } = await shell(line, { AWS_PAGER: "", AWS_DEFAULT_OUTPUT: "json" });
    expect([code, stderr]).toEqual([0, ""]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });
});

import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createSharedLock } from "../../src/aws/ssm/parameter-lock.ts";
import { runUpdateService } from "../support/aws-line.ts";
import { sample } from "../support/sample.ts";
import {
  mutations,
  type Outcome,
  openRig,
  type Rig,
  serviceRevision,
  TARGET,
  vulcanOps,
} from "../support/sandbox-harness.ts";

const SCENARIO = "bad-but-healthy";
const ANSWERS = ["--yes", "--confirm", "42", "--expect-current", "43"];
const AGAIN = ["--yes", "--confirm", "43", "--expect-current", "42"];

let rig: Rig;
/** A state folder that holds one rollback that ended well. */
let done: string;
let id: string;
let dir: string;
beforeAll(async () => {
  rig = await openRig(SCENARIO, 600);
  done = mkdtempSync(join(rig.stateDir, "done-"));
  id = (await run("rollback", done, ANSWERS, ["--output", "ndjson"])).stdout.match(/"execution":"(\w+)"/)?.[1] ?? "";
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset(SCENARIO);
  dir = mkdtempSync(join(rig.stateDir, "here-"));
});
afterAll(() => rig.close());

const run = (command: string, stateDir: string, ...flags: readonly (readonly string[])[]): Promise<Outcome> =>
  vulcanOps([...command.split(" "), "--state-dir", stateDir, ...flags.flat()], { columns: 2000 });

const lineOf = ({ stdout, stderr }: Outcome): string | undefined =>
  /aws ecs update-service --cluster .*$/m.exec(stdout + stderr)?.[0].replace(/".*$/, "");

const heldBy = { execution: "b7k2mq", command: "maintenance", operator: "bob", host: "elsewhere" };
const holdShared = () =>
  createSharedLock(createClients({ region: "eu-west-1" }, 1), TARGET).claim({
    ...heldBy,
    since: "2026-04-10T03:41:07.000Z",
  });

/** An unreadable file in the place of the lock, as a power cut may leave it. */
async function damageLock(): Promise<string> {
  await run("rollback", dir, ["--yes"]);
  const [name = ""] = readdirSync(join(dir, "locks"));
  writeFileSync(join(dir, "locks", name), "");
  return dir;
}

const LINK = async (): Promise<string> => {
  symlinkSync(dir, `${dir}-link`);
  return `${dir}-link`;
};
const FILE = async (): Promise<string> => {
  writeFileSync(`${dir}-file`, "");
  return `${dir}-file`;
};
const OPEN = async (): Promise<string> => {
  chmodSync(dir, 0o777);
  return dir;
};
const NO_FOLDER = async (): Promise<string> => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "locks"), "");
  return dir;
};
const here = async () => dir;
const held = async () => {
  await holdShared();
  return dir;
};

/** What refuses a command before its first request: the state folder as it then is, flags, and the exit code. */
const REFUSALS: Readonly<
  Record<string, readonly [arrange: () => Promise<string>, flags: "all" | readonly string[], code: number]>
> = {
  "another operator's lock": [held, "all", 5],
  "a lock file that cannot be read": [damageLock, "all", 5],
  "a state folder that is a link": [LINK, "all", 6],
  "a state folder that is a file": [FILE, "all", 6],
  "a state folder that others may write to": [OPEN, "all", 6],
  "a state folder that takes no locks": [NO_FOLDER, "all", 6],
  "a flag that is missing": [here, ["--yes"], 6],
  "a text that is wrong": [here, ["--yes", "--confirm", "7", "--expect-current", "43"], 6],
  "another value than expected": [here, ["--yes", "--confirm", "TEXT", "--expect-current", "7"], 11],
};
/** Each costs a story: `npm test` takes some of them. */
const cases = (size: number) => sample(Object.entries(REFUSALS), size);

/** The journal of the finished rollback comes along, except where there is no folder. */
function withJournal(folder: string): string {
  if (!folder.endsWith("-file")) cpSync(join(done, "executions"), join(folder, "executions"), { recursive: true });
  return folder;
}

/** The service runs what the finished rollback left. */
const rolledBack = () =>
  runUpdateService(
    "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:42",
  );

describe.each(cases(4))("%s", (_name, [arrange, flags, code]) => {
  it("refuses a rollback, prints the aws line, and the line does it", async () => {
    const folder = await arrange();
    const given = flags === "all" ? ANSWERS : flags.map((flag) => (flag === "TEXT" ? "42" : flag));
    const refused = await run("rollback", folder, given);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining("aws ecs update-service")]);
    expect(mutations(rig.sandbox)).toEqual([]);
    await runUpdateService(lineOf(refused) ?? "");
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });
});

describe.each(cases(4).filter(([name]) => !name.endsWith("is a file")))("%s", (_name, [arrange, flags, code]) => {
  it("refuses an undo, prints the aws line, and the line does it", async () => {
    const folder = withJournal(await arrange());
    await rolledBack();
    const given = flags === "all" ? AGAIN : flags.map((flag) => (flag === "TEXT" ? "43" : flag));
    const refused = await run(`undo ${id}`, folder, given);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining("aws ecs update-service")]);
    await runUpdateService(lineOf(refused) ?? "");
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });
});

describe("a refusal by what was read", () => {
  it("of a rollback whose image is gone: the line is there for whoever knows better", async () => {
    await rig.sandbox.reset("image-gone");
    const refused = await run("rollback", dir, ANSWERS);
    expect([refused.code, lineOf(refused)]).toEqual([11, expect.stringContaining("vulcan-prod:42")]);
    await runUpdateService(lineOf(refused) ?? "");
  });

  it("of an undo where the service was changed since", async () => {
    await runUpdateService(
      "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:41",
    );
    const refused = await run(`undo ${id}`, withJournal(dir), AGAIN);
    expect([refused.code, lineOf(refused)]).toEqual([11, expect.stringContaining("vulcan-prod:43")]);
    await runUpdateService(lineOf(refused) ?? "");
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });
});

const MAJOR = { SCENARIO: "major-release" };

/** What prints no line, and why. `NO_LINE_BY_HAND` says it of further codes. */
const WITHOUT: readonly (readonly [
  what: string,
  words: () => readonly string[],
  env: Record<string, string>,
  code: number,
])[] = [
  ["an undo in another world than the execution's", () => ["undo", id], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, 11],
  ["an unknown execution: nothing says what to undo", () => ["undo", "zzzzzz"], {}, 6],
  ["an unknown target: nothing says which service", () => ["rollback", "--target", "nowhere"], {}, 6],
  ["a revision that there is not", () => ["rollback", "--to", "99"], {}, 6],
  ["the first release: there is none to return to", () => ["rollback"], { SCENARIO: "nothing-to-revert" }, 11],
  ["a window: its release alone, by hand, would migrate under many tasks", () => ["maintenance"], MAJOR, 6],
];

describe("no line by hand", () => {
  it.each(WITHOUT)("%s", async (_what, words, { SCENARIO: scenario, ...env }, code) => {
    if (scenario !== undefined) await rig.sandbox.reset(scenario);
    const argv = [...words(), "--state-dir", withJournal(dir), "--yes"];
    const refused = await vulcanOps(argv, { columns: 2000, env });
    // Above it stands the plan, whose steps name theirs.
    const refusal = refused.stderr.slice(refused.stderr.lastIndexOf("FAIL"));
    expect([refused.code, refusal]).toEqual([code, expect.not.stringContaining("aws ecs update-service")]);
  });
});

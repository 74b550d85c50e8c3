import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeregisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createSharedLock } from "../../src/aws/ssm/parameter-lock.ts";
import type { ExecutionEnded } from "../../src/domain/execution-event.ts";
import { NO_LINE_BY_HAND } from "../../src/engine/by-hand.ts";
import { runUpdateService } from "../support/aws-line.ts";
import { queryError, type Rules, rewritingProxy } from "../support/rewriting-proxy.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  openRig,
  type Rig,
  serviceRevision,
  TARGET,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { attended } from "../support/stories/attended.ts";
import { names } from "../support/stories/restore.ts";

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

/** Another answer than the sandbox's to DescribeServices. */
const asService = (change: (service: { deploymentConfiguration: object }) => object): Rules => ({
  rewrite: (operation, text) => {
    if (operation !== "DescribeServices") return text;
    const answer = JSON.parse(text) as { services: { deploymentConfiguration: object }[] };
    return JSON.stringify({ ...answer, services: answer.services.map((one) => ({ ...one, ...change(one) })) });
  },
});

const deregister = async (revision: number): Promise<void> => {
  const ecs = await createClients({ region: "eu-west-1" }, 1).ecs();
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `vulcan-prod:${revision}` }));
};

/** The target of a file that pins another account. */
async function elsewhere(): Promise<Record<string, string>> {
  const path = join(dir, "vulcan-ops.yaml");
  writeFileSync(path, 'schemaVersion: "1"\ntargets:\n  prod: {account: "999999999999"}\n');
  return { VULCAN_OPS_CONFIG: path, VULCAN_OPS_TARGET: "prod" };
}

/** An undo that finds the revision gone to which it would return. */
async function withoutFormer(): Promise<Record<string, string>> {
  await rolledBack();
  await deregister(43);
  return {};
}

interface Without {
  readonly words: () => readonly string[];
  readonly code: number;
  /** As the error or the finding is called. */
  readonly reason: string;
  readonly scenario?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly arrange?: () => Promise<Readonly<Record<string, string>> | undefined>;
  readonly rules?: Rules;
  /** The same, from the moment of its event on. */
  readonly later?: readonly [event: RegExp, rules: Rules];
}

const COPY = "vulcan-prod-then";
const RESTORE = ["restore", "--latest", "--as", COPY, "--confirm", COPY, "--output", "ndjson"];

/** The copy as another operator's: it lacks the tag of the attempt that asked for it. */
const asOthers: Rules = {
  rewrite: (operation, text) =>
    operation === "DescribeDBInstances" ? text.replaceAll("<Key>vulcan-ops:execution</Key>", "<Key>team</Key>") : text,
};

/** Someone has deleted the copy. */
const asDeleted: Rules = {
  own: (operation, body) =>
    operation === "DescribeDBInstances" && body.includes(COPY)
      ? queryError("DBInstanceNotFound", `DBInstance ${COPY} not found.`, 404)
      : undefined,
};

/** The instance with the target's name is one that somebody has made since. */
const asNewer: Rules = {
  rewrite: (operation, text) =>
    operation === "DescribeDBInstances"
      ? text.replaceAll(/<DBInstance>.*?<\/DBInstance>/gs, (one) =>
          one.includes("<DBInstanceIdentifier>vulcan-prod</DBInstanceIdentifier>")
            ? one.replace(/(<DbiResourceId>)[^<]*/, "$1db-MADE0BY0ANOTHER")
            : one,
        )
      : text,
};

const asAbsent: Rules = {
  own: (operation, body) =>
    operation === "DescribeDBInstances" && /DBInstanceIdentifier=vulcan-prod(&|$)/.test(body)
      ? queryError("DBInstanceNotFound", "DBInstance vulcan-prod not found.", 404)
      : undefined,
};

/** What prints no line, and why: each code of `NO_LINE_BY_HAND` that a rollback, an undo or a restore can meet, and more. */
const WITHOUT: Readonly<Record<string, Without>> = {
  "an undo in another world than the execution's": {
    ...{ words: () => ["undo", id], env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, code: 11, reason: "other-world" },
  },
  "an unknown execution: nothing says what to undo": {
    ...{ words: () => ["undo", "zzzzzz"], code: 6, reason: "execution-unknown" },
  },
  "an unknown target: nothing says which service": {
    ...{ words: () => ["rollback", "--target", "nowhere"], code: 6, reason: "target-unknown" },
  },
  "another account: the line would change that one": {
    ...{ words: () => ["rollback"], arrange: elsewhere, code: 11, reason: "account-mismatch" },
  },
  "a revision that there is not": { words: () => ["rollback", "--to", "99"], code: 6, reason: "revision-absent" },
  "a revision that ECS does not start any more": {
    ...{ words: () => ["rollback", "--to", "42"], arrange: () => deregister(42).then(() => undefined) },
    ...{ code: 11, reason: "revision-inactive" },
  },
  "an undo to a revision that ECS does not start any more": {
    ...{ words: () => ["undo", id], arrange: withoutFormer, code: 11, reason: "revision-inactive" },
  },
  "a service that is being deleted": {
    ...{ words: () => ["rollback"], rules: asService(() => ({ status: "DRAINING" })) },
    ...{ code: 11, reason: "service-not-active" },
  },
  "a service of CodeDeploy's": {
    ...{ words: () => ["rollback"], rules: asService(() => ({ deploymentController: { type: "CODE_DEPLOY" } })) },
    ...{ code: 11, reason: "controller-foreign" },
  },
  "a service that is deployed blue and green": {
    words: () => ["rollback"],
    rules: asService(({ deploymentConfiguration }) => ({
      deploymentConfiguration: { ...deploymentConfiguration, strategy: "BLUE_GREEN" },
    })),
    ...{ code: 11, reason: "strategy-foreign" },
  },
  "a name that an instance has already": {
    ...{ words: () => ["restore", "--latest", "--as", "vulcan-prod"], code: 6, reason: "name-taken" },
  },
  "a restored instance that is another's by now": {
    ...{ words: () => RESTORE, rules: asOthers, code: 1, reason: "foreign-instance" },
  },
  "a restored instance that is gone before its settings are put right": {
    ...{ words: () => RESTORE, later: [/"type":"step.verified".*"step":"restore"/, asDeleted] as const },
    ...{ code: 11, reason: "instance-gone" },
  },
  "the first release: there is none to return to": {
    ...{ words: () => ["rollback"], scenario: "nothing-to-revert", code: 11, reason: "nothing-to-revert" },
  },
  "a window: its release alone, by hand, would migrate under many tasks": {
    ...{ words: () => ["maintenance"], scenario: "major-release", code: 6, reason: "answer-missing" },
  },
};

const endOf = ({ stdout }: Outcome): ExecutionEnded => eventsOf(stdout).at(-1) as ExecutionEnded;

describe("no line by hand", () => {
  it.each(Object.entries(WITHOUT))(
    "%s",
    async (_what, { words, code, reason, scenario, env = {}, arrange, rules, later }) => {
      if (scenario !== undefined) await rig.sandbox.reset(scenario);
      const arranged = await arrange?.();
      const proxy = (rules ?? later) && (await rewritingProxy(process.env.AWS_ENDPOINT_URL ?? ""));
      proxy?.use(rules ?? {});
      const heard = (text: string): void => {
        if (later?.[0].test(text)) proxy?.use(later[1]);
      };
      const argv = [...words(), "--state-dir", withJournal(dir), "--yes"];
      const there = { ...env, ...arranged, ...(proxy && { AWS_ENDPOINT_URL: proxy.url }) };
      const refused = await vulcanOps(argv, { columns: 2000, env: there, heard });
      await proxy?.close();
      // Above it stands the plan, whose steps name theirs.
      const begins = Math.max(refused.stderr.lastIndexOf("FAIL"), refused.stderr.lastIndexOf("✗"), 0);
      const end = eventsOf(argv.includes("ndjson") ? refused.stdout : "").at(-1);
      const refusal = refused.stderr.slice(begins) + (end === undefined ? "" : JSON.stringify(end));
      expect([refused.code, refusal]).toEqual([
        code,
        expect.not.stringMatching(/aws ecs update-service|aws rds restore/),
      ]);
      expect(refused.stdout + refused.stderr).toContain(reason);
      expect(mutations(rig.sandbox).filter((name) => !/^(Update|Deregister|RestoreDBInstance)/.test(name))).toEqual([]);
    },
  );

  const rename = /aws rds modify-db-instance [^\n]*--new-db-instance-identifier/;
  it("for the undo of a rename: another instance has the name by now, or none", {
    tags: ["variant"],
    timeout: 180_000,
  }, async () => {
    await rig.sandbox.reset("healthy");
    // The execution belongs to the endpoint that it was begun at.
    const proxy = await rewritingProxy(process.env.AWS_ENDPOINT_URL ?? "");
    const env = { AWS_ENDPOINT_URL: proxy.url };
    const flags = ["--state-dir", dir, "--yes", "--output", "ndjson"];
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename", "--confirm", "vulcan-prod"];
    const { execution } = endOf(await vulcanOps([...words, ...flags], { columns: 2000, env }));
    const kept = (await names()).find((name) => name?.startsWith("vulcan-prod-until-")) ?? "";
    for (const [code, why, rules] of [
      [11, "the instance that is called vulcan-prod is another one by now", asNewer],
      // What follows, the tasks, is not put back either: they would find no database.
      [7, "there is no instance vulcan-prod", asAbsent],
    ] as const) {
      const heard = (text: string): void => {
        if (text.includes('"type":"step.undone"')) proxy.use(rules);
      };
      // The first undo gets to the rename; the second one begins with it.
      if (rules === asAbsent) proxy.use(rules);
      const undone = await vulcanOps(["undo", execution, ...flags, "--confirm", kept], { columns: 2000, env, heard });
      proxy.use({});
      const end = endOf(undone);
      expect(end).toMatchObject({ exitCode: code, text: expect.stringContaining(why) });
      expect(end.next.join("\n") + undone.stderr).not.toMatch(rename);
    }
    await proxy.close();
  });

  it("after an operator's no, to a rollback and to a restore", async () => {
    for (const [runbook, inputs] of [
      ["rollback-service", {}],
      ["restore-database", { latest: "true", as: COPY }],
    ] as const) {
      const { running } = await attended(rig, runbook, inputs, () => "no");
      const { outcome } = await running;
      expect(outcome).toMatchObject({ status: "declined", reason: "declined", exitCode: 3 });
      expect(outcome.next.join("\n")).not.toContain("aws ");
      expect(mutations(rig.sandbox)).toEqual([]);
    }
  });

  it("has a story for each code", () => {
    const told = new Set([...Object.values(WITHOUT).map(({ reason }) => reason), "declined"]);
    expect(Object.keys(NO_LINE_BY_HAND).filter((code) => !told.has(code))).toEqual([]);
  });
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mutations, type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

/** Bad input, each a golden text with its exit code, and nothing sent. Update with `npm run golden`, read the difference. */
let rig: Rig;
let folder: string;
beforeAll(async () => {
  // Almost at a standstill: how long ago the release was deployed is part of the texts.
  rig = await openRig("bad-release", 0.1);
  folder = realpathSync(mkdtempSync(join(tmpdir(), "vulcan-ops-input-")));
  // Relative paths keep the golden texts the same wherever the folder lies.
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
  await rig.close();
});
afterEach(() => {
  rig.sandbox.clearFaults();
  expect(mutations(rig.sandbox)).toEqual([]);
});

async function golden(name: string, outcome: Outcome): Promise<void> {
  const text = [`exit ${outcome.code}`, "--- stdout", outcome.stdout, "--- stderr", outcome.stderr].join("\n");
  await expect(withoutChance(text)).toMatchFileSnapshot(`../golden/errors/${name}.txt`);
}

/** Ports, times, folders and request ids differ at every run. */
function withoutChance(text: string): string {
  return (
    text
      .replaceAll(folder, "FOLDER")
      .replaceAll(rig.stateDir, "STATE")
      // Where such a line breaks depends on the length of the folder's name.
      .replace(/ (?:\\\n +)?--state-dir (?:\\\n +)?STATE/g, " --state-dir STATE")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME")
      .replace(/\d\d:\d\d:\d\dZ/g, "TIME")
      .replace(/, \d+ s ago/g, ", N s ago")
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
      .replace(/(service-deployment\/[\w-]+\/[\w-]+\/)\w+/g, "$1DEPLOYMENT")
      .replace(/ran for [^;]*? since/g, "ran for SOME TIME since")
  );
}

const answered = ["--yes", "--confirm", "42", "--expect-current", "43"];
const rollback = (...flags: string[]) => vulcanOps(["rollback", "--state-dir", rig.stateDir, ...flags]);

describe("words on the command line", () => {
  it.each<[string, string[]]>([
    ["to-text", ["--to", "abc"]],
    ["to-zero", ["--to", "0"]],
    ["to-absent", ["--to", "99"]],
    ["to-inactive", ["--to", "39", "--yes", "--confirm", "39", "--expect-current", "43"]],
    ["to-twice", ["--to", "1", "--to", "2"]],
    ["to-empty", ["--to="]],
    ["unknown-flag", ["--too", "42"]],
    ["unknown-target", ["--target", "staging"]],
    ["region-invalid", ["--region", "eu-west\u001b[31m-one"]],
    ["answers-missing", []],
    ["answer-wrong", ["--yes", "--confirm", "41", "--expect-current", "43"]],
    ["current-differs", ["--yes", "--confirm", "42", "--expect-current", "40"]],
    ["dry-run-level", ["--dry-run=everything"]],
  ])("rollback: %s", async (name, flags) => golden(name, await rollback(...flags)));

  it.each<[string, string[]]>([
    ["unknown-command", ["rolback"]],
    ["runbook-outside", ["run", "../x"]],
    ["runbook-absent", ["run", "rollback-servic"]],
    ["runbook-missing", ["run"]],
    ["input-unknown", ["run", "rollback-service", "--input", "two=42"]],
    ["input-malformed", ["run", "rollback-service", "--input", "42"]],
    ["scenario-unknown", ["rehearse", "rollback-service", "--scenario", "no-such"]],
    ["timing-unknown", ["sandbox", "start", "--state-dir", "STATE", "--timing", "dbCreatng=30"]],
    ["timing-malformed", ["sandbox", "start", "--state-dir", "STATE", "--timing", "dbCreating"]],
    ["timing-no-number", ["rehearse", "rollback-service", "--timing", "dbCreating=soon"]],
    ["timing-no-choice", ["rehearse", "rollback-service", "--timing", "drainUnhealthy=1"]],
    ["timing-twice", ["rehearse", "rollback-service", "--timing", "dbCreating=1", "--timing", "dbCreating=2"]],
    ["execution-unknown", ["resume", "zzzz", "--state-dir", "STATE"]],
    ["nothing-to-resume", ["resume", "--state-dir", "empty-state"]],
  ])("%s", async (name, argv) =>
    golden(name, await vulcanOps(argv.map((word) => (word === "STATE" ? rig.stateDir : word)))),
  );
});

describe("a runbook file", () => {
  const HEAD = 'schemaVersion: "1"\nid: mine\ntitle: Mine\ndescription: Mine.\n';
  const FIND = "  - id: find\n    title: Find\n    action: ecs.findRevision\n";
  it.each<[string, string]>([
    ["yaml-unknown-key", `${HEAD}steps:\n${FIND}    tile: twice\n`],
    ["yaml-duplicate-key", `${HEAD}title: Again\nsteps:\n${FIND}`],
    [
      "yaml-forward-reference",
      `${HEAD}steps:\n  - id: go\n    title: Go\n    action: ecs.updateService\n    with: {taskDefinition: "\${{ steps.find.taskDefinition }}"}\n${FIND}`,
    ],
    ["yaml-wrong-type", `${HEAD}steps:\n${FIND}    with: {to: forty-two}\n`],
    [
      "yaml-many-keys",
      `${HEAD}inputs:\n${Array.from({ length: 100_000 }, (_, index) => `  k${index}: 1`).join("\n")}\n`,
    ],
  ])("%s", async (name, text) => {
    const path = `./${name}.yaml`;
    writeFileSync(join(rig.stateDir, path), text);
    const around = { cwd: rig.stateDir };
    await golden(name, await vulcanOps(["run", path, "--state-dir", rig.stateDir], around));
  });
});

describe("the other end of the wire", () => {
  it("cannot be reached", async () => {
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    const outcome = await vulcanOps(["rollback", "--dry-run"], { columns: 300 }).finally(() => {
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
    });
    // All reads of a plan start together: which of them fails first is chance.
    const stderr = outcome.stderr.replace(/for \w+:\w+:/, "for CALL:");
    await golden("unreachable", { ...outcome, stderr });
  });

  it.each<[string, "expired-token" | "access-denied" | "throttle" | "http500-html"]>([
    ["credentials-expired", "expired-token"],
    ["credentials-refused", "access-denied"],
    ["throttled", "throttle"],
    ["html-500", "http500-html"],
  ])("answers: %s", async (name, kind) => {
    rig.sandbox.inject({ operation: "DescribeServices", times: Number.POSITIVE_INFINITY, when: "before", kind });
    await golden(name, await rollback("--dry-run"));
  });

  it("knows these credentials as another account's", async () => {
    const config = join(folder, "vulcan-ops.yaml");
    writeFileSync(
      config,
      'schemaVersion: "1"\ntargets:\n  prod:\n    account: "999988887777"\n    region: eu-west-1\n',
    );
    const outcome = await vulcanOps(["rollback", "--target", "prod", "--dry-run"], { cwd: folder });
    await golden("account-mismatch", outcome);
    writeFileSync(config, 'schemaVersion: "1"\ntargets:\n  prod:\n    production: true\n');
    const redirected = await vulcanOps(["rollback", "--target", "prod", "--dry-run"], { cwd: folder, columns: 300 });
    const stderr = redirected.stderr.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:PORT");
    await golden("production-redirected", { ...redirected, stderr });
    rmSync(config);
  });
});

describe("a state directory that cannot keep a journal is refused before anything is sent", () => {
  it("because a file is in its place", async () => {
    const path = "occupied";
    writeFileSync(path, "");
    await golden("state-dir-file", await vulcanOps(["rollback", ...answered, "--state-dir", path], { columns: 300 }));
  });

  it("because it is a link that somebody could turn elsewhere", async () => {
    mkdirSync("elsewhere");
    symlinkSync("elsewhere", "link");
    await golden("state-dir-link", await vulcanOps(["rollback", ...answered, "--state-dir", "link"], { columns: 300 }));
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REHEARSALS } from "../../src/app/inspection/rehearsal-matrix.ts";
import { useSandboxEnvironment } from "../../src/app/sandbox/sandbox-environment.ts";
import { type Inspection, inspectionFindings } from "../../src/domain/inspection.ts";
import type { Environment } from "../../src/domain/ports.ts";
import { scenarios } from "../../src/sandbox/index.ts";
import { vulcanOpsProcess } from "../support/process.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { problemsOf } from "../ui/junit-schema.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-plan-"));
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namesIn = ({ runbooks }: Inspection, id: string) =>
  runbooks.find((one) => one.id === id)?.cases.flatMap(({ depth, name }) => (depth === "sandbox" ? [name] : []));

describe("plan --dry-run=sandbox", () => {
  it("carries a runbook out, takes it back, and meets trouble with each of its requests", async () => {
    const before = { ...process.env };
    const junit = join(folder, "out.xml");
    const argv = ["plan", "rollback-service", "--dry-run=sandbox", "--scenario", "bad-but-healthy"];
    const { code, stdout, stderr } = await vulcanOps([...argv, "--output", "json", "--junit", junit], {
      env: { GITHUB_ACTIONS: "" },
    });
    const found = JSON.parse(stdout) as Inspection;
    expect([code, stderr, inspectionFindings(found)]).toEqual([0, "", []]);
    expect(namesIn(found, "rollback-service")).toEqual([
      "bad-but-healthy: without trouble",
      "bad-but-healthy: undo",
      "bad-but-healthy: UpdateService is refused",
      "bad-but-healthy: UpdateService takes effect and its answer is lost",
    ]);
    expect(problemsOf(readFileSync(junit, "utf8"))).toEqual([]);
    // Nothing of the sandbox is left behind in this process.
    expect(process.env).toEqual(before);
  });

  it("says of each rehearsal when it has ended, also without a terminal", async () => {
    const argv = ["plan", "rollback-service", "--dry-run=sandbox", "--scenario", "bad-but-healthy"];
    const { stderr } = await vulcanOps(argv, { columns: 200 });
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^rollback-service {2}bad-but-healthy: without trouble {2}pass, \d+ s$/);
  });

  it("cut short, says nothing of the runbook: exit 130", async () => {
    const stop = AbortSignal.abort(130);
    const { code, stdout } = await vulcanOps(["plan", "rollback-service", "--dry-run=sandbox"], { stop });
    expect([code, stdout]).toEqual([130, ""]);
  });

  it("tells nobody: a rehearsal knows no real channel", async () => {
    const before = { ...process.env };
    process.env.VULCAN_OPS_WEBHOOK = "http://127.0.0.1:1/";
    const { env } = useSandboxEnvironment({ AWS_REGION: "eu-west-1" }, {} as Environment);
    expect([env.VULCAN_OPS_WEBHOOK, env.AWS_REGION]).toEqual([undefined, "eu-west-1"]);
    // `rehearse` is typed to try the channel; its messages begin with REHEARSAL.
    process.env.VULCAN_OPS_WEBHOOK = "http://127.0.0.1:1/";
    const own = useSandboxEnvironment({}, { env: { NO_COLOR: "1" } } as unknown as Environment, { announces: true });
    expect([own.env.VULCAN_OPS_WEBHOOK, own.env.NO_COLOR]).toEqual(["http://127.0.0.1:1/", "1"]);
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });

  it("finds a runbook that comes to no good end", async () => {
    // ECS deploys no revision that was deregistered.
    const argv = ["plan", "rollback-service", "--dry-run=sandbox", "--input", "to=39"];
    const { code, stdout } = await vulcanOps([...argv, "--output", "json"]);
    const [first] = inspectionFindings(JSON.parse(stdout) as Inspection);
    expect([code, first?.rule]).toEqual([6, "VOPS101"]);
    expect(first?.message).toMatch(/in scenario bad-but-healthy it ended with exit 11: .*INACTIVE/);
  });

  it("rehearses several beside each other, and says which one needs to be given something", async () => {
    const runbook = (id: string, inputs: string) =>
      `schemaVersion: "1"\nid: ${id}\ntitle: ${id}\ndescription: For a test.\n${inputs}steps:\n  - {id: find, title: Find, action: ecs.findRevision}\n`;
    const files = ["one", "two", "three"].map((id) => {
      const path = join(folder, `${id}.yaml`);
      writeFileSync(path, runbook(id, id === "three" ? "inputs:\n  to: {type: revision, description: To.}\n" : ""));
      return path;
    });
    const { code, stdout, stderr } = await vulcanOpsProcess([
      "plan",
      ...files,
      "--dry-run=sandbox",
      "--output",
      "json",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const found = JSON.parse(stdout) as Inspection;
    expect(namesIn(found, "one")).toEqual(["bad-but-healthy: without trouble", "bad-but-healthy: undo"]);
    expect(namesIn(found, "two")).toEqual(namesIn(found, "one"));
    const last = found.runbooks[2]?.cases.at(-1);
    expect([last?.name, last?.skipped]).toEqual(["rehearsal", "it needs --input to=…"]);
  });

  it("knows a world for every shipped runbook: one line each in src/app/inspection/rehearsal-matrix.ts", () => {
    const shipped = readdirSync(new URL("../../runbooks/", import.meta.url)).flatMap(
      (file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? [],
    );
    expect(Object.keys(REHEARSALS).sort()).toEqual(shipped.sort());
    const known = scenarios().map(({ name }) => name);
    const used = Object.values(REHEARSALS).flatMap((all) => all.map(({ scenario }) => scenario));
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });
});

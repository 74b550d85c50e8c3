// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registry } from "../../src/actions/index.ts";
import { RULES } from "../../src/app/inspection/rules.ts";
import type { Inspection, InspectionFinding } from "../../src/domain/inspection.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { problemsOf } from "../ui/junit-schema.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-plan-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHIPPED = new URL("../../runbooks/", import.meta.url);
const shipped = (name: string) => readFileSync(new URL(`${name}.yaml`, SHIPPED), "utf8");

function planned(name: string, text: string, flags: readonly string[] = [], env: Record<string, string> = {}) {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return vulcanOps(["plan", path, "--dry-run=offline", ...flags], { env, cwd: folder, columns: 300 });
}

const remarksIn = (json: string): readonly InspectionFinding[] =>
  (JSON.parse(json) as Inspection).runbooks.flatMap(({ cases }) => cases.flatMap(({ remarks }) => remarks));

/** Where a piece of the text stands, as `line:column`. */
function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

interface Defect {
  readonly name: string;
  readonly of: string;
  edit(text: string): string;
  readonly rule: string;
  /** The piece of the edited text at which it is found. */
  readonly at: string;
}

const replaced = (from: string, to: string) => (text: string) => text.replace(from, () => to);
const defect = (name: string, of: string, edit: Defect["edit"], rule: string, at: string): Defect => ({
  name,
  of,
  edit,
  rule,
  at,
});

const REVERT = "rollback-service";
const MIGRATION = "rollback-migration";

const DEFECTS: readonly Defect[] = [
  defect("unknown-action", REVERT, replaced("ecs.findRevision", "ecs.findRevison"), "VOPS020", "ecs.findRevison"),
  defect(
    "misspelt-input",
    REVERT,
    replaced("forceNewDeployment:", "forceNewDeploymnt:"),
    "VOPS021",
    "forceNewDeploymnt",
  ),
  defect("wrong-type", REVERT, replaced("forceNewDeployment: true", 'forceNewDeployment: "on"'), "VOPS023", '"on"'),
  defect(
    "forward-reference",
    REVERT,
    replaced("to: ${{ inputs.to }}", "to: ${{ steps.revert.previous }}"),
    "VOPS032",
    "${{ steps.revert.previous }}",
  ),
  defect("no-undo-no-reason", REVERT, (text) => text.replace(/\n {4}irreversible: .*/, ""), "VOPS040", "ecs.stopTasks"),
  defect(
    "shorter-than-the-drain",
    REVERT,
    (text) => text.replace(/(until: drained\n {4}timeoutSeconds: )\d+/, "$1359"),
    "VOPS041",
    "359",
  ),
  defect(
    "unquoted-interpolation",
    MIGRATION,
    replaced("suspended: in,out,scheduled", "suspended: in,${{ inputs.via }}"),
    "VOPS008",
    "in,${{ inputs.via }}",
  ),
  defect("duplicate-id", REVERT, replaced("id: drained", "id: rollout  # again"), "VOPS013", "rollout  # again"),
  defect("tab", REVERT, replaced("    why: The deployment", "\twhy: The deployment"), "VOPS002", "\twhy"),
  defect("yaml-1.1", REVERT, (text) => `%YAML 1.1\n---\n${text}`, "VOPS003", "%YAML"),
  defect("alias-bomb", REVERT, replaced("\nsteps:", `\n${bomb()}\nsteps:`), "VOPS004", "*a0, "),
  defect("many-keys", REVERT, (text) => text + lines(100_000, (i) => `k${i}: 1\n`), "VOPS005", ": 1\nk"),
  defect(
    "secret",
    REVERT,
    replaced("  Do not use it", "  psql postgres://vulcan:hunter22@db/vulcan\n\n  Do not use it"),
    "VOPS043",
    "hunter22",
  ),
  defect(
    "finally-cannot-run",
    MIGRATION,
    (text) => `${text}${lines(1, () => "  - {id: again, title: Again, action: vulcan.migrateDown}\n")}`,
    "VOPS042",
    "vulcan.migrateDown}",
  ),
  defect("finally-needs-what-came-late", MIGRATION, lateForFinally, "VOPS042", "${{ steps.late.from }}"),
];

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

function bomb(): string {
  const row = (i: number) => `a${i + 1}: &a${i + 1} [${lines(9, () => `*a${i}, `)}]\n`;
  return `a0: &a0 [x, x]\n${lines(12, row)}`;
}

/** What the last restoring step needs is found by a step after the change, which may never run. */
function lateForFinally(text: string): string {
  const late = "  - {id: late, title: Late, action: vulcan.findDown, with: {to: 6}}\n\nfinally:";
  const [before = "", after = ""] = text.split("\nfinally:");
  const reference = "newest: ${{ steps.find.from }}";
  const at = after.lastIndexOf(reference);
  return `${before}\n${late}${after.slice(0, at)}newest: \${{ steps.late.from }}${after.slice(at + reference.length)}`;
}

describe("plan --dry-run=offline finds each seeded defect at its place", () => {
  it.each(DEFECTS)("$name: $rule", async ({ name, of, edit, rule, at }) => {
    const text = edit(shipped(of));
    expect(text).not.toBe(shipped(of));
    const { code, stdout, stderr } = await planned(name, text, ["--output", "json"]);
    expect([code, stderr]).toEqual([6, ""]);
    const found = remarksIn(stdout).filter((remark) => remark.rule === rule);
    const places = found.map(({ line, column }) => `${line}:${column}`);
    if (name === "many-keys") expect(places).toEqual([expect.stringMatching(/^\d{4}:\d+$/)]);
    else expect(places).toContain(placeOf(text, at));
    expect(found[0]?.severity).toBe("error");
    expect(stdout).not.toContain("hunter22");
  });

  it("finds nothing in the runbooks as they are", async () => {
    const cwd = join(folder, "repository");
    mkdirSync(join(cwd, "runbooks"), { recursive: true });
    for (const file of readdirSync(SHIPPED).filter((one) => one.endsWith(".yaml"))) {
      writeFileSync(join(cwd, "runbooks", file), readFileSync(new URL(file, SHIPPED)));
    }
    const { code, stdout } = await vulcanOps(["plan", "--all", "--dry-run=offline", "--output", "json"], { cwd });
    const { runbooks } = JSON.parse(stdout) as Inspection;
    expect([code, remarksIn(stdout)]).toEqual([0, []]);
    expect(runbooks.every(({ source }) => source.endsWith(".yaml"))).toBe(true);
  });

  it("says it in text, with the id to be explained", async () => {
    const { stdout } = await planned("text", shipped(REVERT).replace("ecs.findRevision", "ecs.nothing"));
    expect(stdout).toContain("FAIL VOPS020");
    expect(stdout).toMatch(/FAIL +VOPS020 \S+text\.yaml:\d+:13: unknown action "ecs.nothing"/);
    expect(stdout).toContain("exit 6");
    expect((await vulcanOps(["explain", "VOPS020"])).stdout).toContain("# VOPS020: Unknown action");
    expect((await vulcanOps(["explain", "VOPS999"])).code).toBe(6);
  });

  it("has a title and an explanation for every rule", () => {
    for (const [id, { title, explain }] of Object.entries(RULES)) {
      expect([id, title.length > 5, explain.length > 20]).toEqual([id, true, true]);
    }
  });

  it.each([
    [["plan"], "which runbooks?"],
    [["plan", "rollback-service", "--all"], "which runbooks?"],
    [["plan", "--all", "--dry-run=everything"], "--dry-run takes offline, sandbox, read"],
    [["plan", "rollback-servic"], 'did you mean "rollback-service"?'],
  ])("%j: exit 6", async (argv, text) => {
    const { code, stderr } = await vulcanOps(argv, { columns: 300 });
    expect([code, stderr]).toEqual([6, expect.stringContaining(text)]);
  });
});

describe("a runbook that names actions as they were called before", () => {
  const old = () =>
    ["restore-database", MIGRATION, "maintenance-window"].map((name) =>
      Object.values(registry).reduce(
        (text, { name: now, formerly }) =>
          formerly === undefined ? text : text.replaceAll(`action: ${now}\n`, `action: ${formerly}\n`),
        shipped(name),
      ),
    );
  const renamed = Object.values(registry).flatMap(({ formerly = [] }) => formerly);

  it("is still right: check says each new name and ends with 0, plan warns and ends with 0", async () => {
    const paths = old().map((text, index) => {
      const path = join(folder, `old-${index}.yaml`);
      writeFileSync(path, text);
      return path;
    });
    const checked = await vulcanOps(["check", ...paths], { columns: 300 });
    expect(checked.code).toBe(0);
    const warned = checked.stdout.split("\n").filter((line) => line.startsWith("WARN"));
    expect(warned).toContainEqual(
      expect.stringMatching(/old-0\.yaml:\d+:13: the action rds\.arm is called rds\.protectInstance now \[VOPS028\]$/),
    );
    expect(renamed.filter((name) => !warned.some((line) => line.includes(` ${name} is`)))).toEqual([]);
    const { code, stdout } = await vulcanOps(["plan", ...paths, "--dry-run=offline", "--output", "json"]);
    expect([code, new Set(remarksIn(stdout).map(({ rule, severity }) => `${rule} ${severity}`))]).toEqual([
      0,
      new Set(["VOPS028 warning"]),
    ]);
  });
});

describe("in a pipeline", () => {
  const HOSTILE = '::error::gotcha ##[add-mask]x, %0A a:b <b> & "c" ]]>';
  const broken = () => shipped(REVERT).replace("ecs.findRevision", JSON.stringify(HOSTILE));

  it("writes JUnit that its schema takes, with the failure at its step", async () => {
    const path = join(folder, "out.xml");
    await planned("junit", broken(), ["--junit", path]);
    const xml = readFileSync(path, "utf8");
    expect(problemsOf(xml)).toEqual([]);
    const [line] = placeOf(broken(), JSON.stringify(HOSTILE)).split(":");
    const place = `file="${join(folder, "junit.yaml")}" line="${line}"`;
    expect(xml).toContain(`<testcase name="find" classname="junit.offline" time="0.000" ${place}><failure`);
    expect(xml).toContain('type="VOPS020"');
    expect(problemsOf(xml.replace(' time="0.000"', ""))).not.toEqual([]);
    expect(problemsOf(xml.replace("<system-err/>", "<system-err>"))).not.toEqual([]);
  });

  it("annotates the file and writes a summary, only where GitHub Actions runs it", async () => {
    const summary = join(folder, "summary.md");
    const inside = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: folder };
    const { stderr } = await planned("annotated", broken(), [], inside);
    expect(stderr).toMatch(/^::error file=annotated.yaml,line=\d+,col=13,title=VOPS020::unknown action /);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    const markdown = readFileSync(summary, "utf8");
    expect(markdown).toContain("| annotated | 8 | – | – | FAIL VOPS020 |");
    expect(markdown).not.toContain("<b>");
    const outside = await planned("outside", broken(), [], { GITHUB_STEP_SUMMARY: summary });
    expect(outside.stderr).toBe("");
    expect(readFileSync(summary, "utf8")).toBe(markdown);
  });

  it.each(["text", "json", "ndjson"])("lets nothing that a file says become a command: %s", async (output) => {
    const { stdout, stderr } = await planned("hostile", broken(), ["--output", output], { GITHUB_ACTIONS: "true" });
    const commands = (text: string) => text.split(/[\r\n]/).filter((line) => line.trim().startsWith("::"));
    expect(commands(stdout)).toEqual([]);
    expect(stdout).not.toContain("##[");
    expect(commands(stderr).every((line) => line.startsWith("::error file="))).toBe(true);
    expect(commands(stderr)).toHaveLength(1);
    if (output !== "json") return;
    expect(remarksIn(stdout)[0]?.message).toContain("##[add-mask]x");
  });
});

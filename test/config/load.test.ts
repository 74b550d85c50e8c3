import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ConfigOptions, resolveTarget, targetsByJournal } from "../../src/config/load.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PROJECT = "project/vulcan-ops.yaml";
const OWN = "home/vulcan-ops/vulcan-ops.yaml";

function write(name: string, body: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `schemaVersion: "1"\n${body}\n`);
  return path;
}

/** Asks in the project's folder; `home` is where the user's own file lies. */
function resolve(wishes: ConfigOptions = {}, env: Record<string, string> = {}) {
  return resolveTarget(wishes, { XDG_CONFIG_HOME: join(folder, "home"), ...env }, join(folder, "project"));
}

const target = (name: string, settings: string) => `targets:\n  ${name}: {${settings}}`;

/** The message, with this machine's paths shortened. */
async function refusal(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    (thrown: Error & { exitCode?: number }) => thrown,
  );
  expect(error?.exitCode).toBe(6);
  return error?.message.replaceAll(folder, "…") ?? "";
}

describe("without any file", () => {
  it("the names are those of the documented procedures, and nothing is pinned", async () => {
    expect((await resolve()).target).toEqual({
      name: "vulcan-prod",
      cluster: "vulcan-prod",
      service: "vulcan-prod",
      database: "vulcan-prod",
      production: false,
    });
  });

  it("an unknown target is named, with the known ones and where was looked", async () => {
    expect(await refusal(resolve({ target: "staging" }))).toMatchInlineSnapshot(
      `"unknown target "staging"; known: vulcan-prod (there is no vulcan-ops.yaml here)"`,
    );
  });
});

describe("who wins: flag, environment, project's file, user's own file, default", () => {
  beforeEach(() => {
    write(
      PROJECT,
      `defaultTarget: project\n${target("project", "cluster: from-project")}\n  shared: {cluster: from-project}`,
    );
    write(
      OWN,
      `defaultTarget: own\n${target("own", "cluster: from-own")}\n  shared: {cluster: from-own, service: from-own, profile: from-own}`,
    );
  });

  it.each([
    ["flag over all", { target: "own" }, { VULCAN_OPS_TARGET: "project" }, "own"],
    ["environment over files", {}, { VULCAN_OPS_TARGET: "own" }, "own"],
    ["an empty variable is none", {}, { VULCAN_OPS_TARGET: "" }, "project"],
    ["project over user", {}, {}, "project"],
  ])("the target: %s", async (_name, wishes, env, name) => {
    expect((await resolve(wishes, env as Record<string, string>)).target.name).toBe(name);
  });

  it("a journal: the target's own, else that of all targets; each store once", async () => {
    const all = "dynamodb://all-journals?region=eu-central-1";
    const eu = "  eu: {cluster: a, journal: dynamodb://eu-journals}";
    write(OWN, `journal: ${all}\n${target("own", "cluster: from-own")}\n  second: {cluster: b}\n${eu}`);
    const tableOf = async (name: string) => (await resolve({ target: name })).journal?.table;
    expect([await tableOf("own"), await tableOf("second"), await tableOf("eu"), await tableOf("project")]).toEqual([
      "all-journals",
      "all-journals",
      "eu-journals",
      "all-journals",
    ]);
    const env = { XDG_CONFIG_HOME: join(folder, "home"), HOME: folder };
    expect(await targetsByJournal(env, join(folder, "project"))).toHaveLength(2);
  });

  it("one setting at a time: what the project leaves open, the user's own file fills", async () => {
    const { target, profile } = await resolve({ target: "shared" });
    expect(target).toMatchObject({ cluster: "from-project", service: "from-own", database: "vulcan-prod" });
    expect(profile).toBe("from-own");
  });

  it.each([
    ["flag over all", { profile: "flag" }, { AWS_PROFILE: "env" }, "flag"],
    ["environment over files", {}, { AWS_PROFILE: "env" }, "env"],
    ["an empty variable is none", {}, { AWS_PROFILE: "" }, "from-own"],
  ])("the profile: %s", async (_name, wishes, env, profile) => {
    expect((await resolve({ target: "shared", ...wishes }, env as Record<string, string>)).profile).toBe(profile);
  });

  it("a target that no file knows is unknown", async () => {
    expect(await refusal(resolve({ target: "prod" }))).toMatchInlineSnapshot(
      `"unknown target "prod"; known: vulcan-prod, project, shared, own (looked in …/project/vulcan-ops.yaml, …/home/vulcan-ops/vulcan-ops.yaml)"`,
    );
  });
});

describe("the region", () => {
  it.each([
    [{ region: "us-east-1" }, { AWS_REGION: "eu-west-2" }, "us-east-1"],
    [{}, { AWS_REGION: "eu-west-2", AWS_DEFAULT_REGION: "eu-west-3" }, "eu-west-2"],
    [{}, { AWS_DEFAULT_REGION: "eu-west-3" }, "eu-west-3"],
    [{}, { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-3" }, "eu-west-3"],
    [{}, {}, undefined],
  ])("that nothing pins comes from flag %j, then environment %j", async (wishes, env, region) => {
    expect((await resolve(wishes, env as Record<string, string>)).target.region).toBe(region);
  });

  it("that is pinned wins over the environment, which is about everything else, too", async () => {
    write(PROJECT, target("vulcan-prod", "region: eu-west-1"));
    expect((await resolve({}, { AWS_REGION: "us-east-1" })).target.region).toBe("eu-west-1");
    expect((await resolve({ region: "eu-west-1" })).target.region).toBe("eu-west-1");
  });

  it("that a flag contradicts is a mistake, not an override", async () => {
    write(PROJECT, target("vulcan-prod", "region: eu-west-1"));
    expect(await refusal(resolve({ region: "us-east-1" }))).toMatchInlineSnapshot(
      `"target vulcan-prod is pinned to eu-west-1, and --region says us-east-1"`,
    );
  });
});

describe("a file found in the working directory", () => {
  it("may not say whose credentials are used; the user's own may, and so may one that the user names", async () => {
    write(PROJECT, target("vulcan-prod", "profile: admin"));
    expect(await refusal(resolve())).toContain("only stand in your own configuration file");
    const path = write("elsewhere/own.yaml", target("vulcan-prod", "profile: admin"));
    expect((await resolve({}, { VULCAN_OPS_CONFIG: path })).profile).toBe("admin");
    rmSync(join(folder, PROJECT));
    write(OWN, target("vulcan-prod", "profile: admin"));
    expect((await resolve()).profile).toBe("admin");
  });

  it.each(["", ".", "home"])("is not taken for the user's own because XDG_CONFIG_HOME is %j", async (home) => {
    write(OWN, target("vulcan-prod", "cluster: fooled"));
    const before = process.cwd();
    try {
      process.chdir(join(folder, home === "home" ? "." : "home"));
      const { target: found } = await resolveTarget({}, { XDG_CONFIG_HOME: home }, join(folder, "absent"));
      expect(found.cluster).not.toBe("fooled");
    } finally {
      process.chdir(before);
    }
  });

  it("may not be anything but a file that can be read", async () => {
    mkdirSync(join(folder, PROJECT), { recursive: true });
    expect(await refusal(resolve())).toMatchInlineSnapshot(
      `"cannot read …/project/vulcan-ops.yaml: EISDIR: illegal operation on a directory, read"`,
    );
  });

  it("that the user names and that is not there is said", async () => {
    expect(await refusal(resolve({}, { VULCAN_OPS_CONFIG: join(folder, "nope.yaml") }))).toMatchInlineSnapshot(
      `"VULCAN_OPS_CONFIG names …/nope.yaml, which is not there"`,
    );
  });
});

it("probes of one's own file join what the project's file says of a target", async () => {
  write(PROJECT, target("prod", 'account: "111122223333"'));
  write(OWN, target("prod", "reconnects: [{name: agents, sql: SELECT 1, expect: at-least 1}]"));
  const { target: found, probes } = await resolve({ target: "prod" });
  expect([found.account, probes?.map(({ name }) => name)]).toEqual(["111122223333", ["agents"]]);
  // Its text is no part of the target, which plans and journals show.
  expect(JSON.stringify(found)).not.toContain("SELECT");
});

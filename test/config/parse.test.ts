import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { OpsError, usageError } from "../../src/domain/error.ts";
import { renderError } from "../../src/ui/render/error.ts";
import type { DisplayOptions } from "../../src/ui/text/style.ts";

const HEAD = 'schemaVersion: "1"\n';

/** The message that a text is refused with; empty where it is accepted. */
function refusal(text: string, isOwn = false): string {
  try {
    parseConfig(text, "vulcan-ops.yaml", isOwn);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(OpsError);
    expect((error as OpsError).exitCode).toBe(6);
    return (error as OpsError).message;
  }
}

const target = (settings: string) => `${HEAD}targets:\n  vulcan-prod:\n${settings.replaceAll(/^/gm, "    ")}\n`;

describe("a configuration", () => {
  it("states what it states, and nothing is filled in", () => {
    const text = `${HEAD}defaultTarget: staging\n${target('account: "111122223333"\nregion: eu-west-1\nproduction: true').slice(HEAD.length)}  staging: {cluster: vulcan-staging}\n`;
    expect(parseConfig(text, "vulcan-ops.yaml", false)).toEqual({
      path: "vulcan-ops.yaml",
      lines: {
        schemaVersion: 1,
        defaultTarget: 2,
        targets: 3,
        "vulcan-prod.account": 5,
        "vulcan-prod.region": 6,
        "vulcan-prod.production": 7,
        "staging.cluster": 8,
      },
      defaultTarget: "staging",
      targets: {
        "vulcan-prod": { account: "111122223333", region: "eu-west-1", production: true },
        staging: { cluster: "vulcan-staging" },
      },
    });
  });

  it("may be nothing but its version", () => {
    expect(parseConfig(HEAD, "x.yaml", false)).toEqual({ path: "x.yaml", lines: { schemaVersion: 1 }, targets: {} });
  });

  it("may name a profile in the user's own file, and only there", () => {
    expect(refusal(target("profile: vulcan-admin"), true)).toBe("");
    expect(refusal(target("profile: vulcan-admin"))).toMatchInlineSnapshot(
      `"vulcan-ops.yaml:4:14: "profile" may only stand in your own configuration file, not in one found in a working directory"`,
    );
  });
});

it("a journal of all targets may stand in the user's own file only", () => {
  const text = `${HEAD}journal: dynamodb://vulcan-ops-journal?region=eu-central-1\n`;
  expect(parseConfig(text, "x.yaml", true).journal).toBe("dynamodb://vulcan-ops-journal?region=eu-central-1");
  expect(refusal(text)).toContain('"journal" may only stand in your own configuration file');
  expect(refusal(`${HEAD}journal: s3://bucket\n`, true)).toContain('"journal" does not fit');
});

describe("the pipeline", () => {
  const whole = "pipeline: {githubRepository: acme/vulcan, workflow: deploy.yml, tokenFromEnv: GITHUB_TOKEN}";

  it("may stand in the user's own file only: a token goes to GitHub", () => {
    expect(parseConfig(target(whole), "x.yaml", true).targets["vulcan-prod"]).toEqual({
      pipeline: { githubRepository: "acme/vulcan", workflow: "deploy.yml", tokenFromEnv: "GITHUB_TOKEN" },
    });
    expect(refusal(target(whole))).toContain('"pipeline" may only stand in your own configuration file');
    expect(refusal(target(whole.replace(", tokenFromEnv: GITHUB_TOKEN", "")), true)).toBe("");
  });

  it.each([
    ["pipeline: deploy.yml", "pipeline has to be a map"],
    ["pipeline: {workflow: deploy.yml}", "pipeline.githubRepository is missing"],
    ["pipeline: {githubRepository: acme/.., workflow: deploy.yml}", "pipeline.githubRepository does not fit"],
    ["pipeline: {githubRepository: acme/vulcan, workflow: ../deploy.yml}", "pipeline.workflow does not fit"],
    [whole.replace("GITHUB_TOKEN", "ghp_secret"), "pipeline.tokenFromEnv does not fit: name of the variable"],
    [whole.replace("workflow", "file"), 'unknown key "file" in pipeline'],
  ])("%s", (text, message) => {
    expect(refusal(target(text), true)).toContain(message);
  });
});

describe("the way to the database", () => {
  it("leads through a task, for which a session is opened, only where the user's own file says so", () => {
    expect(refusal(target("databaseVia: direct"))).toBe("");
    expect(refusal(target("databaseVia: task"), true)).toBe("");
    expect(refusal(target("databaseVia: task"))).toContain('"databaseVia: task" may only stand in your own');
    expect(refusal(target("databaseVia: tunnel"))).toContain('"databaseVia" does not fit');
  });
});

describe("who is asked for the migrations", () => {
  it.each(["api", "sql,api", "container", "container,api,sql"])("%s fits", (order) => {
    expect(refusal(target(`migrationsFrom: "${order}"`), true)).toBe("");
  });

  it.each(["", "exec", "api,", ",sql", "api,api", "sql,container,sql", "api, sql", "containers"])(
    "%j does not",
    (order) => {
      expect(refusal(target(`migrationsFrom: "${order}"`), true)).toContain('"migrationsFrom" does not fit');
    },
  );

  it("a container, in which a process is started, only in the user's own file", () => {
    expect(refusal(target("migrationsFrom: sql,api"))).toBe("");
    expect(refusal(target("migrationsFrom: api,container"))).toMatchInlineSnapshot(
      `"vulcan-ops.yaml:4:21: "migrationsFrom: api,container" may only stand in your own configuration file, not in one found in a working directory"`,
    );
  });
});

describe("where the admin token goes", () => {
  it("may only be said in the user's own file", () => {
    expect(refusal(target("adminUrl: https://vulcan.example"), true)).toBe("");
    expect(refusal(target("adminUrl: https://vulcan.example"))).toContain("only stand in your own configuration file");
  });

  it.each(["http://127.0.0.1:8080", "http://localhost:8080/vulcan", "https://vulcan.example:8443/base/"])(
    "%s fits",
    (url) => {
      expect(refusal(target(`adminUrl: "${url}"`), true)).toBe("");
    },
  );

  it.each([
    "http://vulcan.example",
    "http://localhost.evil.example",
    "http://127.0.0.1@evil.example",
    "https://user:word@vulcan.example",
    "https://vulcan.example?x=1",
    "file:///etc/passwd",
    "vulcan.example",
  ])("%s does not: not encrypted, or more than an address", (url) => {
    expect(refusal(target(`adminUrl: "${url}"`), true)).toContain('"adminUrl" does not fit');
  });
});

/** What a terminal obeys, or a person does not see: escapes, C1 controls, bidi overrides, zero-width characters. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const LOOK: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };

describe("what a configuration says", () => {
  it.each([
    ["a key of a target", `${HEAD}targets:\n  prod:\n    "\\e]0;pwned\\a\\e[2J\\u202eevil": x\n`],
    ["a key of the file", `${HEAD}"\\e[2J": x\n`],
    ["a value", target('databaseVia: "task\\e[31m"')],
    ["a value that would be believed", `${HEAD}defaultTarget: "prod\\u200b"\n`],
    ["raw, as a value", target("cluster: a\u009b2Jb")],
    ["raw, as a name", `${HEAD}targets:\n  pr\u202eod: {}\n`],
  ])("controls no terminal: %s", (_what, text) => {
    expect(refusal(text)).not.toBe("");
    expect(refusal(text)).not.toMatch(UNSAFE);
  });

  it("controls none whatever is wrong with it", () => {
    const texts = [target("cluster: a\nprofile: b\nx: {y: [1]}"), `${HEAD}defaultTarget: "b"\n`, "a: *x\n"];
    const evil = fc.constantFrom(
      "\u001b[2J",
      "\u001b]0;x\u0007",
      "\u009b1m",
      "\u202e",
      "\u2066",
      "\u200b",
      "\u2028",
      "\r",
      "\b",
    );
    const escaped = fc.constantFrom('"\\e[2J"', '"\\x9b2J"', '"\\u202e"', '"\\a"', '"\\L"', '"\\_"');
    const mutant = fc
      .tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(), fc.oneof(evil, escaped, fc.string()))))
      .map(([text, pieces]) =>
        pieces.reduce((whole, [at, piece]) => {
          const place = at % (whole.length + 1);
          return whole.slice(0, place) + piece + whole.slice(place);
        }, text),
      );
    fc.assert(
      fc.property(mutant, fc.boolean(), (text, isOwn) => {
        const message = refusal(text, isOwn);
        const shown = renderError(usageError("x", message, [message]), LOOK);
        expect(`${message}${shown}`).not.toMatch(UNSAFE);
      }),
      { numRuns: 2000 },
    );
  });

  it("controls none by the path of its file, or by a flag", () => {
    const shown = renderError(usageError("x", "no \u001b[2J\u202efile", ["vulcan-ops \u009bx"]), LOOK);
    expect(shown).toContain("no \\u{1b}[2J\\u{202e}file");
    expect(shown).not.toMatch(UNSAFE);
  });
});

const MISTAKES: readonly (readonly [string, string])[] = [
  ["an unknown key", `${HEAD}hooks: {}\n`],
  ["an unknown key of a target", target("cluster: a\nendpoint: http://evil.example")],
  ["a duplicate key", target("cluster: a\ncluster: b")],
  ["a duplicate target", `${HEAD}targets:\n  a: {}\n  a: {}\n`],
  ["an account without quotes", target("account: 111122223333")],
  ["an account that is too short", target('account: "1111"')],
  ["a region that is none", target("region: europe")],
  ["a cluster with a blank", target('cluster: "a b"')],
  ["a truth value in words", target('production: "yes"')],
  ["a list in place of a map", target("- cluster")],
  ["no map at all", "just text\n"],
  ["an empty file", ""],
  ["no schemaVersion", "targets: {}\n"],
  ["a schemaVersion as a number", "schemaVersion: 1\n"],
  ["another schemaVersion", 'schemaVersion: "2"\n'],
  ["a target with a name that is none", `${HEAD}targets:\n  ../x: {}\n`],
  ["targets without anything", `${HEAD}targets:\n`],
  ["a key that is a list", `${HEAD}? [a]\n: 1\n`],
  ["an anchor that is used elsewhere", `${HEAD}targets:\n  a: &a {cluster: x}\n  b: *a\n`],
  ["a merge key", `${HEAD}targets:\n  a: {<<: {cluster: x}}\n`],
  ["a tag", `${HEAD}targets: !!js/function x\n`],
  ["two documents", `${HEAD}---\n${HEAD}`],
  ["broken YAML", `${HEAD}targets: {a: [}\n`],
];

describe("a mistake is said with its place", () => {
  it("and with what is wanted there", () => {
    const messages = MISTAKES.map(([name, text]) => `${name}: ${refusal(text).replace(/^vulcan-ops\.yaml:/, "")}`);
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "an unknown key: 2:1: unknown key "hooks" in the file; known: schemaVersion, defaultTarget, journal, targets
      an unknown key of a target: 5:5: unknown key "endpoint" in target vulcan-prod; known: account, region, cluster, service, database, container, production, adminUrl, adminTokenFrom, databaseUrlFrom, migrationsFrom, migrationLock, databaseVia, mutedAlarms, announceTopic, ask, requireReason, requireApproval, changeCalendar, notices, journal, zone, pipeline, reconnects, dataTables, tags, profile
      a duplicate key: 5:5: Map keys must be unique
      a duplicate target: 4:3: Map keys must be unique
      an account without quotes: 4:14: "account" does not fit: AWS account id, 12 digits, in quotes; another account is a hard stop
      an account that is too short: 4:14: "account" does not fit: AWS account id, 12 digits, in quotes; another account is a hard stop
      a region that is none: 4:13: "region" does not fit: AWS region; another region is a hard stop
      a cluster with a blank: 4:14: "cluster" does not fit: ECS cluster
      a truth value in words: 4:17: "production" does not fit: real users depend on it, as on every real account unless this is false: an overridden endpoint or clock is refused
      a list in place of a map: 4:5: target vulcan-prod has to be a map of keys and values
      no map at all: 1:1: the file has to be a map of keys and values
      an empty file: 1:1: the file has to be a map of keys and values
      no schemaVersion: 1:1: schemaVersion: "1" is missing
      a schemaVersion as a number: 1:16: a text is wanted here (in quotes: "…")
      another schemaVersion: 1:16: schemaVersion has to be "1"
      a target with a name that is none: 3:9: "../x" is no name for a target (a-z, 0-9, -)
      targets without anything: 2:9: targets has to be a map of keys and values
      a key that is a list: 2:3: keys have to be names
      an anchor that is used elsewhere: 4:6: target b has to be a map of keys and values
      a merge key: 3:7: unknown key "<<" in target a; known: account, region, cluster, service, database, container, production, adminUrl, adminTokenFrom, databaseUrlFrom, migrationsFrom, migrationLock, databaseVia, mutedAlarms, announceTopic, ask, requireReason, requireApproval, changeCalendar, notices, journal, zone, pipeline, reconnects, dataTables, tags, profile
      a tag: 2:10: Unresolved tag: tag:yaml.org,2002:js/function
      two documents: 2:1: a second document begins here; one is wanted
      broken YAML: 2:15: Flow sequence in block collection must be sufficiently indented and end with a ]"
    `);
  });

  it.each(MISTAKES)("%s: file, line, column", (_name, text) => {
    expect(refusal(text)).toMatch(/^vulcan-ops\.yaml:\d+:\d+: \S/);
  });

  it("a file that is too large is refused before it is read as YAML", () => {
    const bomb = `${HEAD}targets:\n${Array.from({ length: 5000 }, (_, index) => `  t${index}: {cluster: a}\n`).join("")}`;
    expect(refusal(bomb)).toMatchInlineSnapshot(`""`);
  });

  it("whatever the text is: a configuration or exit 6, never anything else", () => {
    const shards = fc.constantFrom(
      ...[HEAD, "targets:\n", "  a:\n", "    cluster: x\n", "- ", "? ", ": ", "{", "}", "[", "]"],
      ...[
        "&a ",
        "*a",
        "!t ",
        "|\n",
        "<<: ",
        "__proto__: ",
        "profile: x\n",
        '"',
        "\t",
        "\u0000",
        "\ud800",
        "---\n",
        "# \n",
      ],
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(shards, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, isOwn) => {
        expect(typeof refusal(text, isOwn)).toBe("string");
      }),
      { numRuns: 2000 },
    );
  });
});

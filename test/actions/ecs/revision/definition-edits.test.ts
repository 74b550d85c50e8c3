import { describe, expect, it } from "vitest";
import { editsOf } from "../../../../src/actions/ecs/revision/definition-edits.ts";
import { copyOf } from "../../../../src/aws/ecs/copy-task-definition.ts";
import { copyLine } from "../../../../src/domain/aws/copy-revision.ts";
import type { Container } from "../../../../src/domain/aws/ecs.ts";
import { containerOf, definitionOf } from "../../support.ts";

const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/restored/db-url-Xy12Zz";

const VULCAN = { kind: "certain", name: "vulcan", all: ["vulcan"], how: "it is the only one" } as const;

const editsFor = (change: Partial<Container>, wanted: Partial<Parameters<typeof editsOf>[1]>) =>
  editsOf(definitionOf(43, { containers: [containerOf(43, change)] }), { choice: VULCAN, ...wanted });

const placed = (name: string, place: string) => ({ environment: [{ name, fingerprint: "f", place }] });
const MOVE = { databaseFrom: "a.rds.example:5432", databaseTo: "b.rds.example:5432" };

describe("what a copy differs in", () => {
  it.each([
    ["host and port", "a.rds.example:5432/vulcan", MOVE.databaseTo, "a.rds.example:5432 → b.rds.example:5432"],
    ["a host alone", "a.rds.example", MOVE.databaseTo, "a.rds.example → b.rds.example"],
    ["another port", "a.rds.example:5432/vulcan", "b.rds.example:6432", "a.rds.example:5432 → b.rds.example:6432"],
  ])("a place written as %s is replaced as it is written", (_name, place, databaseTo, expected) => {
    const { edits, findings } = editsFor(placed("DB_URL", place), { ...MOVE, databaseTo });
    expect(findings).toEqual([]);
    expect(edits.map((edit) => "from" in edit && `${edit.from} → ${edit.to}`)).toEqual([expected]);
  });

  it("another image does not take along how many migrations the old one had", () => {
    const labels = { "vulcan.migrations": "7", team: "a" };
    const tags = { "vulcan.migrations": "7", release: "1.42.1" };
    const name = "vulcan.migrations";
    expect(editsFor({ labels }, { image: "vulcan:v2", tags }).edits).toEqual([
      { container: "vulcan", member: "image", to: "vulcan:v2" },
      { container: "vulcan", member: "dockerLabels", name },
      { member: "tags", name },
    ]);
    expect(editsFor({ labels }, { tags }).edits).toEqual([]);
    expect(editsFor({ labels, image: "vulcan:v2" }, { image: "vulcan:v2", tags }).edits).toEqual([]);
  });

  it.each<[string, Partial<Container>, Partial<Parameters<typeof editsOf>[1]>, string]>([
    ["an address that no variable names", placed("DB_URL", "c.rds.example:5432"), MOVE, "database-not-named"],
    [
      "a port that is kept elsewhere",
      placed("PGHOST", "a.rds.example"),
      { ...MOVE, databaseTo: "b.rds.example:6432" },
      "database-port-elsewhere",
    ],
    ["no secret with the address", {}, { databaseSecret: SECRET }, "database-secret-which"],
    [
      "two secrets with an address",
      {
        secrets: [
          { name: "DB_URL", from: "arn:1" },
          { name: "PG_HOST", from: "arn:2" },
        ],
      },
      { databaseSecret: SECRET },
      "database-secret-which",
    ],
    [
      "no container that serves",
      {},
      { image: "vulcan:v2", choice: { kind: "uncertain", all: ["vulcan"], why: "a proxy" } },
      "image-whose",
    ],
  ])("%s: nothing is guessed", (_name, container, wanted, code) => {
    const { edits, findings } = editsFor(container, wanted);
    expect({ edits, codes: findings.map((finding) => `${finding.level} ${finding.code}`) }).toEqual({
      edits: [],
      codes: [`block ${code}`],
    });
  });

  it("a secret with a password alone stays", () => {
    const { edits } = editsFor(
      {
        secrets: [
          { name: "DB_URL", from: "arn:1" },
          { name: "DB_PASSWORD", from: "arn:2" },
        ],
      },
      { databaseSecret: SECRET },
    );
    expect(edits).toEqual([{ container: "vulcan", member: "secrets", name: "DB_URL", to: SECRET }]);
  });

  it("what is as it is wanted needs no edit", () => {
    expect(editsFor(placed("DB_URL", "b.rds.example:5432"), MOVE)).toEqual({ edits: [], findings: [] });
    expect(editsFor({}, { image: containerOf(43).image })).toEqual({ edits: [], findings: [] });
  });
});

describe("the request", () => {
  const registered = {
    family: "vulcan-prod",
    revision: 43,
    status: "ACTIVE" as const,
    cpu: "512",
    containerDefinitions: [
      {
        name: "vulcan",
        image: "vulcan:v1",
        environment: [{ name: "DB_URL", value: "postgres://u:a.rds.example:5432@a.rds.example:5432/v" }],
        secrets: [{ name: "TOKEN", valueFrom: "arn:1" }],
      },
    ],
  };
  const edit = {
    container: "vulcan",
    member: "environment" as const,
    name: "DB_URL",
    from: "a.rds.example:5432",
    to: "b.rds.example:5432",
  };

  it("has what was registered, without what only answers have, and a password that looks like the place is kept", () => {
    const copy = copyOf(
      registered,
      [
        { key: "team", value: "core" },
        { key: "aws:x", value: "y" },
      ],
      {
        copyOf: "vulcan-prod:43",
        edits: [edit],
      },
    );
    expect(copy).toEqual({
      family: "vulcan-prod",
      cpu: "512",
      tags: [{ key: "team", value: "core" }],
      containerDefinitions: [
        {
          ...registered.containerDefinitions[0],
          environment: [{ name: "DB_URL", value: "postgres://u:a.rds.example:5432@b.rds.example:5432/v" }],
        },
      ],
    });
  });

  it("what is no longer there stops it before anything is sent", () => {
    const from = "c.rds.example:5432";
    expect(() => copyOf(registered, [], { copyOf: "vulcan-prod:43", edits: [{ ...edit, from }] })).toThrow(
      /DB_URL does not name c\.rds/,
    );
  });

  it("as lines for a shell with jq", () => {
    expect(copyLine({ copyOf: "vulcan-prod:43", edits: [edit] }, "eu-west-1")).toContain(
      '(.containerDefinitions[] | select(.name == "vulcan") | .environment[] | select(.name == "DB_URL") | .value) |= (split("a.rds.example:5432") | (.[:-1] | join("a.rds.example:5432")) + "b.rds.example:5432" + .[-1])',
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOf, objectsCreatedBy, type SchemaObject } from "../../../src/domain/migrations/schema-object.ts";

const table = (name: string): SchemaObject => ({ kind: "table", table: name });
const column = (of: string, name: string): SchemaObject => ({ kind: "column", table: of, column: name });
const index = (name: string): SchemaObject => ({ kind: "index", index: name });

describe("what a migration brought", () => {
  it.each<[string, SchemaObject[]]>([
    ["Add relay_tokens table", [table("relay_tokens")]],
    ["Create table relay_tokens", [table("relay_tokens")]],
    ["create relay_tokens table.", [table("relay_tokens")]],
    ["Add reports.weekly table", [table("reports.weekly")]],
    ["Add relay_tokens and asset_edges tables", [table("relay_tokens"), table("asset_edges")]],
    ["Add assets.criticality column", [column("assets", "criticality")]],
    ["Add column licences.seats", [column("licences", "seats")]],
    ["Add public.licences.seats column", [column("public.licences", "seats")]],
    ["Add seats column to licences", [column("licences", "seats")]],
    ["Add column seats to table licences", [column("licences", "seats")]],
    ["Add columns seats, plan and note to licences", ["seats", "plan", "note"].map((one) => column("licences", one))],
    ["Add idx_audit_log_tenant index", [index("idx_audit_log_tenant")]],
    ["Create unique index users_email_idx on users(email)", [index("users_email_idx")]],
  ])("%s", (description, objects) => {
    expect(objectsCreatedBy(description)).toEqual(objects);
  });

  it.each([
    ["an index whose name is not said", "Add audit_log tenant index"],
    ["an index that is said by its table", "Add audit_log index"],
    ["a column whose table is not said", "Add seats column"],
    ["something more beside it", "Add relay_tokens table and move the tokens"],
    ["a table and an index", "Add relay_tokens table, idx_relay_tokens index"],
    ["no name at all", "Add new table"],
    ["an article", "Create a table"],
    ["something it took away", "Drop documents.note column"],
    ["something it changed", "Rename licences.seats column"],
    ["neither column nor table", "Add tenant_id to audit_log"],
    ["capitals, which may be quoted ones", "Add RelayTokens table"],
    ["a name that PostgreSQL would cut", `Add ${"x".repeat(64)} table`],
    ["three parts", "Add a.b.c table"],
    ["a statement in place of a name", 'Add x"; DROP TABLE users; -- table'],
    ["nothing", ""],
  ])("is unknown, and not nothing, with %s", (_name, description) => {
    expect(objectsCreatedBy(description)).toBeUndefined();
  });

  const identifier = fc.stringMatching(/^[a-z_][a-z0-9_]{0,40}$/).map((name) => `t_${name}`);

  it("is named whatever identifiers it has", () => {
    fc.assert(
      fc.property(identifier, identifier, (one, other) => {
        for (const text of [`Add ${one} table`, `Create table ${one}`])
          expect(objectsCreatedBy(text)).toEqual([table(one)]);
        const texts = [`Add ${one}.${other} column`, `Add ${other} column to ${one}`, `Add column ${one}.${other}`];
        for (const text of texts) expect((objectsCreatedBy(text) ?? []).map(nameOf)).toEqual([`${one}.${other}`]);
        expect(objectsCreatedBy(`Add idx_${one} index`)).toEqual([index(`idx_${one}`)]);
      }),
    );
  });

  it("is made of plain identifiers only, whatever the description", () => {
    const word = fc.oneof(
      fc.constantFrom("Add", "create", "table", "tables", "column", "columns", "index", "to", "on", ",", "and", "a.b"),
      fc.constantFrom("idx_a", "Ä", '"', "'", ";", "--", "a-b", "a..b", ".", "1a", "A", "a\u001b", "\u202e"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), fc.constantFrom("Add", "Create"), (words, verb) => {
        const objects = objectsCreatedBy([verb, ...words].join(" "));
        expect(objects).not.toEqual([]);
        for (const name of (objects ?? []).map(nameOf))
          expect(name).toMatch(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){0,2}$/);
      }),
      { numRuns: 3000 },
    );
  });
});

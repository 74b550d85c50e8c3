import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";

const parse = (settings: string) =>
  parseConfig(`schemaVersion: "1"\ntargets:\n  prod:\n    dataTables: ${settings}\n`, "x.yaml", false).targets.prod
    ?.dataTables;

it("names the tables of each kind, from any configuration", () => {
  expect(parse('{tenants: "tenants, users", audit: archive.audit_log}')).toEqual({
    tenants: ["tenants", "users"],
    audit: ["archive.audit_log"],
  });
});

it.each([
  ['{tenants: "users; DROP TABLE users"}', "dataTables.tenants does not fit: up to 20 names of tables, with commas"],
  ["{people: users}", 'unknown key "people" in dataTables; known: tenants, assets, findings, credentials, audit'],
  ["users", "dataTables has to be a map of keys and values"],
  ["{jobs: [jobs]}", "a text is wanted here"],
])("%s is refused, with its place", (settings, says) => {
  expect(() => parse(settings)).toThrow(says);
  expect(() => parse(settings)).toThrow(/^x\.yaml:4:\d+: /);
});

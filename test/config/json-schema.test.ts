import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { configurationSchema } from "../../src/config/json-schema.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { TARGET_SETTINGS } from "../../src/config/schema.ts";

const fits = new Ajv2020({ strict: false }).compile(configurationSchema());

/** What the program and what an editor makes of the same text. */
function judged(text: string): { readonly program: boolean; readonly editor: boolean } {
  const editor = fits(parse(text));
  try {
    parseConfig(text, "vulcan-ops.yaml", true);
    return { program: true, editor };
  } catch {
    return { program: false, editor };
  }
}

const file = (setting: string) => `schemaVersion: "1"\ntargets:\n  prod: {${setting}}\n`;

const PROBE = "name: agents, expect: back-to 90%";

const FIT = [
  'account: "111122223333", region: eu-west-1, production: true',
  'migrationsFrom: "sql,api", migrationLock: "770, 1"',
  "pipeline: {githubRepository: owner/name, workflow: deploy.yml}",
  `reconnects: [{${PROBE}, sql: SELECT 1}, {name: queue, expect: at-least 3, log: connected}]`,
  `reconnects: [{${PROBE}, metric: {namespace: AWS/ApplicationELB, name: RequestCount, stat: p99}}]`,
  'dataTables: {tenants: "tenants, users", audit: archive.audit_log}',
  'databaseUrlFrom: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ops-AbCdEf#url"',
  'adminTokenFrom: "arn:aws:ssm:eu-west-1:111122223333:parameter/ops/token"',
  "notices: {slackToken: {fromEnv: SLACK_TOKEN}, slackChannel: C0123456789, templates: {begin: '{title}'}}",
  "",
];

const MISFIT = [
  "account: 111122223333",
  "region: Frankfurt",
  'production: "yes"',
  "clutser: vulcan-prod",
  "adminUrl: http://vulcan.example.com",
  'migrationsFrom: "sql,sql"',
  "databaseUrlFrom: postgres://vulcan:password@db/vulcan",
  'adminTokenFrom: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ops-AbCdEf:token"',
  "pipeline: {githubRepository: owner, workflow: deploy.yml}",
  `reconnects: [{${PROBE}}]`,
  `reconnects: [{${PROBE}, sql: SELECT 1, log: x}]`,
  `reconnects: [{${PROBE}, metric: {namespace: AWS/RDS, name: x, stat: Middle}}]`,
  "reconnects: []",
  "dataTables: {tenants: a-b}",
  "dataTables: {people: users}",
  "notices: {slackToken: {fromEnv: SLACK_TOKEN}}",
  "notices: {slackWebhook: https://hooks.example.com/x}",
  "notices: {pagerDutyKey: {fromEnv: A, fromSecret: B}}",
  "notices: {templates: {never: x}}",
];

it("tells an editor of the configuration what the program takes, and no more", async () => {
  for (const setting of FIT)
    expect({ setting, ...judged(file(setting)) }).toMatchObject({ program: true, editor: true });
  for (const setting of MISFIT)
    expect({ setting, ...judged(file(setting)) }).toMatchObject({ program: false, editor: false });
  for (const text of ["targets: {}", "schemaVersion: '2'", `schemaVersion: "1"\ntargets: {Prod: {}}`])
    expect({ text, ...judged(text) }).toMatchObject({ program: false, editor: false });
  const { properties } = configurationSchema() as never as { properties: { targets: { additionalProperties: never } } };
  const { properties: settings } = properties.targets.additionalProperties as { properties: object };
  expect(Object.keys(settings)).toEqual(Object.keys(TARGET_SETTINGS));
});

it("is the file that the package carries", async () => {
  const schema = `${JSON.stringify(configurationSchema(), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot("../../docs/vulcan-ops.schema.json");
});

import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { journalTemplate, journalTemplateText } from "../../src/app/journal/template.ts";
import { createClients, WRITE_ATTEMPTS } from "../../src/aws/client/clients.ts";
import { createSharedLog } from "../../src/aws/dynamodb/shared-log.ts";
import { NEEDS } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import { limitAtLeast } from "../../src/domain/time-limit.ts";
import { rawClient, TABLE_SHAPE } from "../aws/dynamodb/stores.ts";
import { shell } from "../support/process.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

// biome-ignore lint/suspicious/noExplicitAny: a template is read by its paths
type Template = any;

const template: Template = parse(journalTemplateText(), { version: "1.1" });

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("empty");
  limitAtLeast(60_000);
});
afterAll(async () => {
  limitAtLeast(0);
  await rig.close();
});

it("is this, in YAML that every reader takes for the same value", async () => {
  await expect(journalTemplateText()).toMatchFileSnapshot("../golden/journal-template.yaml");
  expect(template).toEqual(journalTemplate);
  expect(parse(journalTemplateText(), { version: "1.2" })).toEqual(journalTemplate);
});

it("is printed, or written to a new file", async () => {
  const { code, stdout } = await vulcanOps(["journal", "template"]);
  expect([code, stdout]).toEqual([0, journalTemplateText()]);
  const file = `${rig.stateDir}/journal.yaml`;
  const written = await vulcanOps(["journal", "template", "-o", file], { columns: 400 });
  expect([written.code, written.stdout, written.stderr]).toEqual([0, "", expect.stringContaining("Written: ")]);
  expect((await vulcanOps(["journal", "template", "-o", file], { columns: 400 })).stderr).toContain("is there already");
});

/** Each name that an intrinsic function refers to. */
function referred(part: unknown): readonly string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => {
    if (name === "Ref") return [String(value)];
    if (name === "Fn::GetAtt") return [String((value as string[])[0])];
    if (name === "Fn::Sub") return [...String(value).matchAll(/\$\{([\w:]+)/g)].map(([, one = ""]) => one);
    if (name === "Fn::If") return [String((value as string[])[0]), ...referred(value)];
    if (name === "Condition" && typeof value === "string") return [value];
    return referred(value);
  });
}

it("refers to nothing that it does not have", () => {
  const known = new Set(["Parameters", "Resources", "Conditions"].flatMap((part) => Object.keys(template[part])));
  const unknown = referred(template).filter((name) => !known.has(name) && !name.startsWith("AWS::"));
  expect(unknown).toEqual([]);
  expect(new Set(referred(template)).size).toBeGreaterThan(10);
});

it("keeps table, key and archive whatever becomes of the stack, and makes the archive only where it is asked for", () => {
  const resources = Object.entries<Template>(template.Resources);
  const kept = resources.filter(([, { DeletionPolicy }]) => DeletionPolicy === "Retain").map(([name]) => name);
  expect(kept).toEqual(["JournalKey", "Journal", "ArchiveBucket"]);
  const conditional = resources.filter(([, { Condition }]) => Condition === "HasArchive").map(([name]) => name);
  expect(conditional).toEqual(resources.map(([name]) => name).filter((name) => name.startsWith("Archive")));
});

const statementsOf = (name: string): Template[] => template.Resources[name].Properties.PolicyDocument.Statement;

it("lets operators add records and observers read them, and neither change or delete any", () => {
  const actions = (name: string) => statementsOf(name).flatMap(({ Action }) => Action);
  const reads = ["DescribeContinuousBackups", "DescribeTable", "GetItem", "Query", "Query"];
  expect(actions("ObserverPolicy").toSorted()).toEqual(reads.map((one) => `dynamodb:${one}`));
  expect(actions("OperatorPolicy").filter((one) => !actions("ObserverPolicy").includes(one))).toEqual([
    "dynamodb:PutItem",
  ]);
  const ofItems = statementsOf("OperatorPolicy").filter(({ Action }) => /Item|Query/.test(Action.join()));
  expect(ofItems.map(({ Condition }) => Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])).toEqual([
    ["x#*"],
    ["executions"],
    ["x#*"],
  ]);
  // What the program asks for, and nothing that it would miss.
  const needed = policyFor(NEEDS.journal, namesOf({})).Statement.flatMap(({ Action }) => Action);
  expect(needed.filter((one) => !actions("OperatorPolicy").includes(one))).toEqual([]);
});

/** The template's properties as CreateTable wants them. */
function asRequest(TableName: string): CreateTableCommandInput {
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, SSESpecification } =
    template.Resources.Journal.Properties;
  const { SSEEnabled: Enabled, SSEType } = SSESpecification;
  return {
    TableName,
    BillingMode,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    SSESpecification: { Enabled, SSEType },
  };
}

it("makes the table that the journal is kept in", async () => {
  const { SSESpecification: _, ...shape } = asRequest(TABLE_SHAPE.TableName);
  expect(shape).toEqual(TABLE_SHAPE);
  const { env, endpoint } = rig.sandbox;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "x" };
  const client: DynamoDBClient = rawClient({ endpoint, credentials });
  const table = "of-the-template";
  await client.send(new CreateTableCommand(asRequest(table)));
  const status = async () => (await client.send(new DescribeTableCommand({ TableName: table }))).Table?.TableStatus;
  await expect.poll(status).toBe("ACTIVE");
  client.destroy();
  const log = createSharedLog(createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS), { table, name: "x" });
  const listed = { target: "prod", at: "2026-01-01T00:00:00.000Z", isEnd: false };
  const record = { execution: "a", n: 1, line: "{}", writer: "w", listed };
  expect([await log.put(record), await log.put(record)]).toEqual(["written", "taken"]);
  expect(await log.read("a", 1)).toEqual([record]);
  expect(await log.list(1)).toEqual([{ execution: "a", n: 1, ...listed }]);
});

it("passes cfn-lint, where it is installed", { timeout: 300_000 }, async (test) => {
  if ((await shell("cfn-lint --version", process.env)).code !== 0) return test.skip();
  const file = `${rig.stateDir}/linted.yaml`;
  await vulcanOps(["journal", "template", "-o", file]);
  const { code, stdout } = await shell(`cfn-lint -r eu-west-1 us-gov-west-1 cn-north-1 -t '${file}'`, process.env);
  expect([code, stdout]).toEqual([0, ""]);
});

import { AwsError } from "../http/aws-error.ts";
import { flag, type Input, record, records, required, text, texts } from "../http/input.ts";
import type { World } from "../world.ts";
import { tableName } from "./find.ts";
import { invalid, unfit } from "./invalid.ts";
import { ItemStore, type Keys } from "./item-store.ts";
import type { Index, Table } from "./table.ts";

/** A table as CreateTable asks for it, CREATING. Throws ValidationException and ResourceInUseException. [D; texts O] */
export function newTable(world: World, input: Input): Table {
  const name = tableName(input);
  const types = typesOf(input);
  const keys = keysOf(input, types);
  const indexes = records(input, "GlobalSecondaryIndexes").map((one) => indexOf(one, types));
  refuseUnsimulated(input);
  assertTypesUsed(types, [keys, ...indexes.map((index) => index.keys)]);
  if (world.tables.has(name)) throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
  const arn = `arn:aws:dynamodb:${world.region}:${world.account}:table/${name}`;
  return {
    name,
    arn,
    id: world.random.uuid(),
    createdAt: world.clock.now(),
    status: "CREATING",
    keys,
    types,
    indexes,
    provisioned: provisionedOf(input),
    tableClass: text(input, "TableClass"),
    isProtected: flag(input, "DeletionProtectionEnabled") === true,
    kmsKey: kmsKeyOf(world, input),
    stream: streamOf(world, input),
    restorableSince: undefined,
    items: new ItemStore(keys),
  };
}

function typesOf(input: Input): Readonly<Record<string, string>> {
  const given = records(input, "AttributeDefinitions").map(
    (one) => [required(one, "AttributeName"), required(one, "AttributeType")] as const,
  );
  const odd = given.find(([, type]) => !["S", "N", "B"].includes(type));
  if (odd !== undefined)
    throw invalid(
      `1 validation error detected: Value '${odd[1]}' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]`,
    );
  return Object.fromEntries(given);
}

function keysOf(input: Input, types: Readonly<Record<string, string>>): Keys {
  const schema = records(input, "KeySchema").map((one) => [required(one, "KeyType"), required(one, "AttributeName")]);
  const [hash, range] = schema;
  if (hash?.[0] !== "HASH" || hash[1] === undefined)
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (range !== undefined && range[0] !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (schema.length > 2) throw invalid("Too many KeySchema elements: one HASH and one RANGE are simulated");
  const undefinedKey = schema.find(([, name = ""]) => !(name in types))?.[1];
  if (undefinedKey !== undefined)
    throw unfit(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${undefinedKey}], AttributeDefinitions: [${Object.keys(types).join(", ")}]`,
    );
  return { hash: hash[1], range: range?.[1] };
}

function assertTypesUsed(types: Readonly<Record<string, string>>, keys: readonly Keys[]): void {
  const used = new Set(keys.flatMap(({ hash, range }) => [hash, range]));
  if (Object.keys(types).some((name) => !used.has(name)))
    throw unfit(
      `Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
}

function indexOf(input: Input, types: Readonly<Record<string, string>>): Index {
  const projection = record(input, "Projection") ?? {};
  const type = text(projection, "ProjectionType") ?? "";
  if (type !== "ALL" && type !== "KEYS_ONLY" && type !== "INCLUDE")
    throw unfit(`Unknown ProjectionType: ${type === "" ? "null" : type}`);
  const included = texts(projection, "NonKeyAttributes");
  if (type !== "INCLUDE" && included.length > 0)
    throw unfit(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  return { name: required(input, "IndexName"), keys: keysOf(input, types), projection: type, included };
}

function provisionedOf(input: Input): Input | undefined {
  const given = record(input, "ProvisionedThroughput");
  if (text(input, "BillingMode") !== "PAY_PER_REQUEST") {
    if (given === undefined)
      throw unfit("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
    return given;
  }
  if (given === undefined) return undefined;
  throw unfit("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
}

/** Without a key of one's own it is the account's `aws/dynamodb`. [D: SSESpecification] */
function kmsKeyOf({ region, account }: World, input: Input): string | undefined {
  const given = record(input, "SSESpecification") ?? {};
  if (flag(given, "Enabled") !== true) return undefined;
  const key = text(given, "KMSMasterKeyId") ?? "alias/aws/dynamodb";
  return key.startsWith("arn:") ? key : `arn:aws:kms:${region}:${account}:${key.includes("/") ? key : `key/${key}`}`;
}

function streamOf({ clock }: World, input: Input): Table["stream"] {
  const given = record(input, "StreamSpecification") ?? {};
  if (flag(given, "StreamEnabled") !== true) return undefined;
  return { view: required(given, "StreamViewType"), label: clock.iso().replace("Z", "") };
}

function refuseUnsimulated(input: Input): void {
  for (const member of ["LocalSecondaryIndexes", "ResourcePolicy", "OnDemandThroughput", "WarmThroughput"]) {
    const given = input[member];
    if (given !== undefined && given !== null && !(Array.isArray(given) && given.length === 0))
      throw new AwsError("NotImplemented", `The sandbox does not simulate ${member} of a table.`, 501);
  }
}

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { dynaliteStore } from "../aws/dynamodb/stores.ts";
import { authorization } from "./support.ts";

/** Two authors read the same documentation: what both answer to one request is compared. */
let sandbox: Sandbox;
let other: Awaited<ReturnType<typeof dynaliteStore>>;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "empty", speed: 600 });
  other = await dynaliteStore();
});
afterAll(async () => {
  await sandbox.stop();
  await other.close();
});

type Answer = { readonly status: number; readonly type: string; readonly message: string; readonly value: unknown };

async function ask(
  endpoint: string,
  headers: Record<string, string>,
  operation: string,
  input: object,
): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      ...headers,
      "x-amz-date": "20261130T000000Z",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const { __type = "", message = "", ...value } = (await response.json()) as Record<string, unknown>;
  return { status: response.status, type: String(__type), message: String(message), value };
}

/** The answers of this sandbox and of the other. */
const both = (operation: string, input: object): Promise<[Answer, Answer]> =>
  Promise.all([
    ask(sandbox.endpoint, authorization(sandbox, "dynamodb"), operation, input),
    ask(other.endpoint, authorization(sandbox, "dynamodb"), operation, input),
  ]);

const TableName = "vulcan-ops-journal";
const key = (pk: string, sk = "1") => ({ pk: { S: pk }, sk: { S: sk } });
const ITEM = {
  ...key("one"),
  n: { N: "12.50" },
  text: { S: "abc" },
  flag: { BOOL: true },
  none: { NULL: true },
  list: { L: [{ S: "a" }, { N: "1" }, { M: { deep: { S: "x" } } }] },
  map: { M: { a: { N: "1" }, b: { L: [] } } },
  texts: { SS: ["x", "y"] },
  numbers: { NS: ["1", "2.0"] },
};
const V = (value: unknown) => ({ ExpressionAttributeValues: { ":v": value } });

/** A request that is refused: the name and the text of the error are compared. */
const REFUSED: readonly (readonly [operation: string, input: object])[] = [
  ["PutItem", { TableName: "none", Item: key("a") }],
  ["DescribeTable", { TableName: "none" }],
  ["PutItem", { TableName, Item: { pk: { S: "a" } } }],
  ["PutItem", { TableName, Item: { ...key("a"), sk: { N: "1" } } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: {} } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: { N: "many" } } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: { N: "1".repeat(39) } } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: { N: "1e126" } } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: { SS: [] } } }],
  ["PutItem", { TableName, Item: { ...key("a"), x: { S: "1", N: "1" } } }],
  ["PutItem", { TableName, Item: { ...key("a"), big: { S: "x".repeat(410_000) } } }],
  ["PutItem", { TableName, Item: { ...key("a"), listed: { N: "1" } } }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "" }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "end = :v", ...V({ S: "x" }) }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "pk = :w", ...V({ S: "x" }) }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "#a = pk" }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "exists(pk)" }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "attribute_exists(pk, sk)" }],
  ["PutItem", { TableName, Item: key("a"), ConditionExpression: "attribute_not_exists(pk)", ...V({ S: "x" }) }],
  ["PutItem", { TableName, Item: key("a"), ExpressionAttributeNames: { "#a": "b" } }],
  ["PutItem", { TableName, Item: key("one"), ConditionExpression: "attribute_not_exists(sk)" }],
  ["GetItem", { TableName, Key: { pk: { S: "a" } } }],
  ["GetItem", { TableName, Key: { ...key("a"), x: { S: "1" } } }],
  ["GetItem", { TableName, Key: key("a"), ProjectionExpression: "a, b, a" }],
  ["GetItem", { TableName, Key: key("a"), ProjectionExpression: "at" }],
  ["Query", { TableName }],
  ["Query", { TableName, KeyConditionExpression: "sk = :v", ...V({ S: "1" }) }],
  ["Query", { TableName, KeyConditionExpression: "pk = :v", ...V({ N: "1" }) }],
  ["Query", { TableName, KeyConditionExpression: "pk > :v", ...V({ S: "1" }) }],
  ["Query", { TableName, KeyConditionExpression: "pk = :v OR sk = :v", ...V({ S: "1" }) }],
  ["Query", { TableName, KeyConditionExpression: "pk = :v AND n = :v", ...V({ S: "1" }) }],
  ["Query", { TableName, IndexName: "other", KeyConditionExpression: "pk = :v", ...V({ S: "1" }) }],
  [
    "Query",
    {
      TableName,
      IndexName: "executions",
      ConsistentRead: true,
      KeyConditionExpression: "listed = :v",
      ...V({ S: "1" }),
    },
  ],
  ["UpdateItem", { TableName, Key: key("one"), UpdateExpression: "SET sk = :v", ...V({ S: "2" }) }],
  ["UpdateItem", { TableName, Key: key("one"), UpdateExpression: "SET n = missing + :v", ...V({ N: "2" }) }],
  [
    "UpdateItem",
    {
      TableName,
      Key: key("one"),
      UpdateExpression: "SET n = #t + :v",
      ...V({ N: "2" }),
      ExpressionAttributeNames: { "#t": "text" },
    },
  ],
  ["UpdateItem", { TableName, Key: key("one"), UpdateExpression: "SET n = :v, n = :v", ...V({ N: "2" }) }],
  ["UpdateItem", { TableName, Key: key("one"), UpdateExpression: "SET n = :v SET x = :v", ...V({ N: "2" }) }],
  ["UpdateItem", { TableName, Key: key("one"), UpdateExpression: "SET nothing.a = :v", ...V({ N: "2" }) }],
  [
    "UpdateItem",
    {
      TableName,
      Key: key("one"),
      UpdateExpression: "ADD #t :v",
      ...V({ S: "2" }),
      ExpressionAttributeNames: { "#t": "text" },
    },
  ],
  ["DeleteItem", { TableName, Key: key("one"), ConditionExpression: "n < :v", ...V({ N: "3" }) }],
];

describe("what is refused", () => {
  beforeAll(() => both("PutItem", { TableName, Item: ITEM }));

  it.each(
    REFUSED.map(([operation, input]) => [`${operation} ${JSON.stringify(input).slice(0, 150)}`, operation, input]),
  )("%s", async (_label, operation, input) => {
    const [ours, theirs] = await both(String(operation), input as object);
    expect([ours.status, ours.type]).toEqual([theirs.status, theirs.type]);
    expect(ours.message).toBe(theirs.message);
  });
});

/** Updates one after another: after each the whole item is compared. */
const UPDATES: readonly (readonly [expression: string, more?: object])[] = [
  ["SET n = n + :v", V({ N: "0.05" })],
  ["SET n = :v - n", V({ N: "-1e3" })],
  ["SET made = if_not_exists(made, :v)", V({ S: "first" })],
  ["SET made = if_not_exists(made, :v)", V({ S: "second" })],
  ["SET #l = list_append(#l, :v)", { ...V({ L: [{ S: "z" }] }), ExpressionAttributeNames: { "#l": "list" } }],
  ["SET #l[0] = :v, #l[9] = :v", { ...V({ S: "w" }), ExpressionAttributeNames: { "#l": "list" } }],
  ["REMOVE #l[1], #l[0]", { ExpressionAttributeNames: { "#l": "list" } }],
  ["SET #m.c = :v REMOVE #m.a", { ...V({ N: "3" }), ExpressionAttributeNames: { "#m": "map" } }],
  ["ADD n :v, fresh :v", V({ N: "7" })],
  ["ADD texts :v", V({ SS: ["y", "z"] })],
  ["DELETE texts :v", V({ SS: ["x", "absent"] })],
  ["DELETE texts :v", V({ SS: ["y", "z"] })],
  ["REMOVE flag, missing", {}],
  ["SET a = n, n = :v", V({ S: "the number before stands in a" })],
];

it("changes an item as the other does, expression by expression", async () => {
  await both("PutItem", { TableName, Item: ITEM });
  for (const [UpdateExpression, more] of UPDATES) {
    const input = { TableName, Key: key("one"), UpdateExpression, ReturnValues: "ALL_NEW", ...more };
    const [ours, theirs] = await both("UpdateItem", input);
    expect(ours.value, UpdateExpression).toEqual(theirs.value);
  }
  const [ours, theirs] = await both("GetItem", { TableName, Key: key("one"), ConsistentRead: true });
  expect(ours.value).toEqual(theirs.value);
});

const NAMES = ["n", "#t", "flag", "none", "#l", "#l[0]", "#l[2].deep", "#m", "#m.a", "texts", "numbers", "missing"];
const VALUES = {
  ":n": { N: "12.5" },
  ":m": { N: "-3" },
  ":s": { S: "ab" },
  ":b": { BOOL: true },
  ":u": { NULL: true },
  ":x": { S: "x" },
  ":ss": { SS: ["y", "x"] },
  ":one": { N: "1" },
  ":type": { S: "L" },
};
const name = fc.constantFrom(...NAMES);
const value = fc.constantFrom(...Object.keys(VALUES));
const operand = fc.oneof(name, value);
const comparison = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="), operand).map((parts) => parts.join(" ")),
  fc
    .tuple(name, fc.constantFrom(...["attribute_exists", "attribute_not_exists"]))
    .map(([one, call]) => `${call}(${one})`),
  fc.tuple(name, value).map(([one, of]) => `contains(${one}, ${of})`),
  fc.tuple(name, fc.constantFrom(":s", ":x")).map(([one, of]) => `begins_with(${one}, ${of})`),
  fc.tuple(name, value, value).map(([one, a, b]) => `${one} IN (${a}, ${b})`),
  name.map((one) => `size(${one}) >= :one`),
  fc.tuple(name, value, value).map(([one, a, b]) => `${one} BETWEEN ${a} AND ${b}`),
  fc.tuple(name, fc.constantFrom(":s", ":type")).map(([one, type]) => `attribute_type(${one}, ${type})`),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    comparison.map((one) => `NOT ${one}`),
    tie("condition").map((one) => `NOT (${one})`),
    tie("condition").map((one) => `(${one})`),
    fc.tuple(tie("condition"), fc.constantFrom("AND", "OR"), tie("condition")).map((parts) => parts.join(" ")),
  ),
}));

it("decides conditions as the other does: 250 drawn ones", async () => {
  await both("PutItem", { TableName, Item: ITEM });
  const drawn = fc.asyncProperty(condition, async (ConditionExpression) => {
    const used = <T>(all: Record<string, T>) =>
      Object.fromEntries(
        Object.entries(all).filter(([one]) => new RegExp(`${one}(?![A-Za-z])`).test(ConditionExpression)),
      );
    const ExpressionAttributeNames = used({ "#t": "text", "#l": "list", "#m": "map" });
    const ExpressionAttributeValues = used(VALUES);
    const [ours, theirs] = await both("UpdateItem", {
      TableName,
      Key: key("one"),
      ConditionExpression,
      ...(Object.keys(ExpressionAttributeNames).length > 0 && { ExpressionAttributeNames }),
      ...(Object.keys(ExpressionAttributeValues).length > 0 && { ExpressionAttributeValues }),
    });
    // Of several mistakes in one expression each names another first.
    expect([ours.status, ours.type]).toEqual([theirs.status, theirs.type]);
  });
  await fc.assert(drawn, { numRuns: 250, seed: 22 });
});

it("pages, orders and projects as the other does", async () => {
  const places = ["1", "10", "2", "a", "Z", "é", "~"];
  for (const sk of places)
    await both("PutItem", {
      TableName,
      Item: {
        ...key("p", sk),
        n: { N: sk.length.toString() },
        listed: { S: "all" },
        at: { S: `t${sk}` },
        extra: { S: "e" },
      },
    });
  const KeyConditionExpression = "pk = :p";
  const ranges = [
    "sk > :v",
    "sk >= :v",
    "sk < :v",
    "sk <= :v",
    "sk = :v",
    "begins_with(sk, :v)",
    "sk BETWEEN :v AND :w",
  ];
  const requests: object[] = [
    { KeyConditionExpression, ...{ ExpressionAttributeValues: { ":p": { S: "p" } } } },
    ...ranges.map((range) => ({
      KeyConditionExpression: `${KeyConditionExpression} AND ${range}`,
      ExpressionAttributeValues: {
        ":p": { S: "p" },
        ":v": { S: "1" },
        ...(range.includes(":w") && { ":w": { S: "a" } }),
      },
    })),
    {
      IndexName: "executions",
      KeyConditionExpression: "listed = :p",
      ExpressionAttributeValues: { ":p": { S: "all" } },
    },
    {
      KeyConditionExpression,
      FilterExpression: "n > :v",
      ProjectionExpression: "sk, n",
      ExpressionAttributeValues: { ":p": { S: "p" }, ":v": { N: "1" } },
    },
    { KeyConditionExpression, Select: "COUNT", ExpressionAttributeValues: { ":p": { S: "p" } } },
  ];
  for (const request of requests)
    for (const ScanIndexForward of [true, false])
      for (const Limit of [undefined, 3]) {
        let start: unknown;
        do {
          const input = {
            TableName,
            ...request,
            ScanIndexForward,
            Limit,
            ...(start !== undefined && { ExclusiveStartKey: start }),
          };
          const [ours, theirs] = await both("Query", input);
          expect(ours, JSON.stringify(input)).toEqual(theirs);
          start = (ours.value as { LastEvaluatedKey?: unknown }).LastEvaluatedKey;
        } while (start !== undefined);
      }
});

it("sends the checksum that clients compare, and an error in the form that they read", async () => {
  const response = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: {
      ...authorization(sandbox, "dynamodb"),
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.DescribeTable",
    },
    body: JSON.stringify({ TableName: "none" }),
  });
  const body = await response.text();
  expect(response.headers.get("x-amz-crc32")).toBe(String(crc32(body)));
  expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.0");
  expect(JSON.parse(body).__type).toBe("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
});

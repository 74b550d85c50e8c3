import { expect, it } from "vitest";
import { withJournal } from "../../../src/domain/aws/iam-journal-needs.ts";
import { ALL_NEEDS, NEEDS, type Needs } from "../../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../../src/domain/aws/iam-policy.ts";

const PLACE = { cluster: "blue", service: "web", database: "books", region: "eu-west-1", account: "111122223333" };
const ofTable = (needs: Needs, command: string | undefined): readonly string[] =>
  policyFor(withJournal(needs, command), namesOf(PLACE))
    .Statement.flatMap(({ Action }) => Action)
    .filter((action) => action.startsWith("dynamodb:"));

const READ = ["dynamodb:Query"];
const EXTEND = [...READ, "dynamodb:PutItem"];
const EXAMINE = [...READ, "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"];

it.each([
  ["rollback", EXTEND],
  ["maintenance", EXTEND],
  ["resume", EXTEND],
  ["unlock", EXTEND],
  ["status", READ],
  ["history", READ],
  ["show", READ],
  ["report", READ],
  ["doctor", EXAMINE],
  ["observer", EXAMINE],
  ["init", []],
  ["notify", []],
  ["explain", []],
  ["journal", [...EXAMINE, "dynamodb:PutItem"]],
] as const)("%s with the setting journal: %j", (command, actions) => {
  expect(ofTable(NEEDS[command], command)).toEqual(actions);
});

it("names the table in its own region, and has room in a managed policy", () => {
  const names = {
    ...namesOf(PLACE),
    journalTable: "ops",
    journalRegion: "eu-central-1",
    journalAccount: "999988887777",
  };
  const { Statement } = policyFor(withJournal(NEEDS.unlock, "unlock"), names);
  const table = "arn:aws:dynamodb:eu-central-1:999988887777:table/ops";
  expect(Statement.filter(({ Action }) => Action.some((action) => action.startsWith("dynamodb:")))).toEqual([
    {
      Sid: "ReadJournal",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [table, `${table}/index/executions`],
    },
    {
      Sid: "Journal",
      Effect: "Allow",
      Action: ["dynamodb:PutItem"],
      Resource: table,
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "x#*" } },
    },
  ]);
  const sizes = Object.entries(NEEDS)
    .filter(([name]) => !["run", "resume", "undo"].includes(name))
    .map(([name, needs]) => [name, JSON.stringify(policyFor(withJournal(needs, name), names)).length] as const);
  expect(sizes.filter(([, size]) => size > 6144)).toEqual([]);
  expect(withJournal(ALL_NEEDS, undefined)).toEqual(ALL_NEEDS);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { READS, WRITES } from "../../../src/domain/aws/iam-actions.ts";

const sdk = join(import.meta.dirname, "..", "..", "..", "src", "aws", "sdk");
const PREFIX: Readonly<Record<string, string>> = {
  elb: "elasticloadbalancing",
  secrets: "secretsmanager",
  sfn: "states",
};

it("the doctor knows every AWS operation that the program uses, and tells reads from writes", () => {
  const used = readdirSync(sdk).flatMap((file) => {
    const service = file.replace(".ts", "");
    const names = [...readFileSync(join(sdk, file), "utf8").matchAll(/\b(\w+)Command\b/g)].map(([, name]) => name);
    return names.map((name) => `${PREFIX[service] ?? service}:${name}`);
  });
  expect([...READS, ...WRITES].map(({ action }) => action).sort()).toEqual([...used].sort());
  expect(READS.filter(({ action }) => !/:(BatchGet|Describe|Filter|List|Get|Query|Test)/.test(action))).toEqual([]);
  const reading = WRITES.filter(({ action }) => /:(BatchGet|Describe|Filter|List|Get|Query|Test)/.test(action));
  // Its settings alone call for a secret's text: no policy has it otherwise, and the doctor tries no other.
  expect(reading.map(({ action }) => action)).toEqual(["secretsmanager:GetSecretValue"]);
});

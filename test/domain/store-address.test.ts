import { expect, it } from "vitest";
import { parseStoreAddress } from "../../src/domain/store-address.ts";

it.each([
  ["dynamodb://vulcan-ops-journal", { table: "vulcan-ops-journal" }],
  ["dynamodb://a_B.9", { table: "a_B.9" }],
  ["dynamodb://journal?region=eu-central-1", { table: "journal", region: "eu-central-1" }],
  [
    "dynamodb://journal?profile=ops&region=us-gov-west-1",
    { table: "journal", region: "us-gov-west-1", profile: "ops" },
  ],
  ["dynamodb://journal?profile=my%20ops", { table: "journal", profile: "my ops" }],
  ["dynamodb://journal?", { table: "journal" }],
])("%s", (text, parts) => {
  const address = parseStoreAddress(text);
  const { name, ...rest } = address;
  expect(rest).toEqual(parts);
  expect(parseStoreAddress(name)).toEqual(address);
});

it("has one spelling for one store", () => {
  const spelled = ["dynamodb://journal?profile=p&region=eu-west-1", "dynamodb://journal?region=eu-west-1&profile=p"];
  expect(new Set(spelled.map((text) => parseStoreAddress(text).name))).toEqual(
    new Set(["dynamodb://journal?region=eu-west-1&profile=p"]),
  );
});

it.each([
  ["journal", "dynamodb://TABLE"],
  ["", "dynamodb://TABLE"],
  ["s3://bucket", "s3:// is no store"],
  ["DYNAMODB://journal", "dynamodb://TABLE"],
  ["dynamodb://", "no name of a table"],
  ["dynamodb://ab", "3 to 255"],
  [`dynamodb://${"a".repeat(256)}`, "3 to 255"],
  ["dynamodb://my table", "no name of a table"],
  ["dynamodb://journal/other", "dynamodb://TABLE"],
  ["dynamodb://journal#part", "dynamodb://TABLE"],
  ["dynamodb://key:secret@journal", "no name of a table"],
  ["dynamodb://journal?regio=eu-west-1", '"regio" is not known; there is: region, profile'],
  ["dynamodb://journal?region=Frankfurt", "AWS region"],
  ["dynamodb://journal?region=", "AWS region"],
  ["dynamodb://journal?profile=a;b", "AWS profile"],
  ["dynamodb://journal?region=eu-west-1&region=eu-west-2", "region is given twice"],
])("%s is refused: %s", (text, why) => {
  expect(() => parseStoreAddress(text)).toThrow(why);
  expect(() => parseStoreAddress(text)).toThrow(`the journal's address ${JSON.stringify(text)}`);
});

import { expect, it } from "vitest";
import { parseStoreAddress, storeName } from "../../src/domain/store-address.ts";

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
  expect(parseStoreAddress(text)).toEqual(parts);
});

it("has one spelling for one table, whichever credentials and settings name it", () => {
  const name = (text: string, region?: string) => storeName(parseStoreAddress(text), region);
  const spelled = [
    name("dynamodb://journal?profile=p&region=eu-west-1", "us-east-1"),
    name("dynamodb://journal?region=eu-west-1&profile=q"),
    name("dynamodb://journal", "eu-west-1"),
  ];
  expect(new Set(spelled)).toEqual(new Set(["dynamodb://journal?region=eu-west-1"]));
  expect(name("dynamodb://journal")).toBe("dynamodb://journal");
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

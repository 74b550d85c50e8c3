import { describe, expect, it } from "vitest";
import { tokenEnd } from "../../src/database/iam-token.ts";

const TOKEN =
  "db.abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=op&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261128T210000Z&X-Amz-Expires=900&X-Amz-Signature=ab12";

const END = "2026-11-28T21:15:00.000Z";

describe("the end of an IAM token in PGPASSWORD", () => {
  it.each([
    ["a URL without a password", "postgres://op@db/vulcan", TOKEN, END],
    ["a URL with one of its own", "postgres://op:s3cret@db/vulcan", TOKEN, undefined],
    ["another password", "postgres://op@db/vulcan", "s3cret", undefined],
    ["none", "postgres://op@db/vulcan", undefined, undefined],
  ])("beside %s", (_, url, PGPASSWORD, end) => {
    expect(tokenEnd(url, { PGPASSWORD })).toBe(end);
  });
});

it.each([
  ["as the password", `postgres://op:${encodeURIComponent(TOKEN)}@db/vulcan`, "2026-11-28T21:15:00.000Z"],
  ["as a parameter", `postgres://op@db/vulcan?password=${encodeURIComponent(TOKEN)}`, "2026-11-28T21:15:00.000Z"],
  ["no token", "postgres://op:s3cret@db/vulcan", undefined],
  ["no password", "postgres://db/vulcan", undefined],
  ["half a token", `postgres://op:${encodeURIComponent("x/?X-Amz-Date=20261128T210000Z")}@db/vulcan`, undefined],
  ["no URL", "nothing", undefined],
  ["wrongly encoded", "postgres://op:%E0%A4%A@db/vulcan", undefined],
])("the end of an IAM token: %s", (_, url, end) => {
  expect(tokenEnd(url, {})).toBe(end);
});

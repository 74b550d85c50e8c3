import { expect, it } from "vitest";
import { limitAtLeast, limitOf, withTimeLimit } from "../../src/domain/time-limit.ts";
import { readTimeoutOf } from "../../src/target/read-timeout.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

it.each([
  [undefined, 0],
  ["", 0],
  ["30", 30_000],
  ["0.5", 500],
])("%s: a read may take %i ms at least", (given, ms) => {
  expect(readTimeoutOf({ VULCAN_OPS_READ_TIMEOUT: given })).toBe(ms);
});

it.each(["thirty", "-1", "601", "Infinity", "30s", "0x10", "1e2", " 5", "."])(
  "%s is refused, with what it takes",
  (given) => {
    expect(() => readTimeoutOf({ VULCAN_OPS_READ_TIMEOUT: given })).toThrow(
      `VULCAN_OPS_READ_TIMEOUT is ${given}: it takes a number of seconds, 600 at most`,
    );
  },
);

it("a read has that time, and a command of the program sets it", async () => {
  const reading = new Promise((resolve) => setTimeout(resolve, 200, "read"));
  limitAtLeast(60_000);
  expect(await withTimeLimit(1, reading)).toBe("read");
  limitAtLeast(0);
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_REGION: "eu-west-1" };
  await vulcanOps(["status", "--state-dir", "/nowhere"], { env: { ...env, VULCAN_OPS_READ_TIMEOUT: "45" } });
  expect(limitOf(1)).toBe(45_000);
  limitAtLeast(0);
});

it("also a command that asks nothing of AWS", async () => {
  const env = { VULCAN_DATABASE_URL: "postgres://a:b@127.0.0.1:9/c", AWS_REGION: "eu-west-1" };
  await vulcanOps(["migrate", "status", "--without-aws"], { env: { ...env, VULCAN_OPS_READ_TIMEOUT: "45" } });
  expect(limitOf(1)).toBe(45_000);
  limitAtLeast(0);
});

it("a value that is wrong stops what reads, and nothing else", async () => {
  const env = { VULCAN_OPS_READ_TIMEOUT: "0x10", AWS_REGION: "eu-west-1" };
  expect((await vulcanOps(["history", "--state-dir", "/nowhere"], { env })).code).toBe(0);
  const { code, stderr } = await vulcanOps(["status", "--state-dir", "/nowhere"], { env });
  expect([code, stderr]).toEqual([6, expect.stringContaining("VULCAN_OPS_READ_TIMEOUT is 0x10")]);
});

it("a limit that is longer already stays", () => {
  limitAtLeast(5000);
  expect([limitOf(1500), limitOf(8000)]).toEqual([5000, 8000]);
  limitAtLeast(0);
});

import { afterEach, expect, it, vi } from "vitest";
import type { OpsError } from "../../src/domain/error.ts";
import { heldTexts } from "../../src/target/held-texts.ts";

const secrets = { databaseUrlFrom: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf" };
const AWS = {};
const unread = () => Promise.reject(new Error("asked AWS"));

afterEach(() => vi.useRealTimers());

it("refuses a variable and a setting for the same text, and names both: nothing is read", async () => {
  const { databaseUrl } = heldTexts({ secrets, endpoints: AWS }, { VULCAN_DATABASE_URL: "postgres://a:b@c/d" }, unread);
  expect(databaseUrl?.known).toBeUndefined();
  const error = await databaseUrl?.read().catch((failure: unknown) => failure);
  expect((error as OpsError).detail).toMatchObject({
    code: "secret-twice",
    exitCode: 6,
    message: "VULCAN_DATABASE_URL is set, and the target has databaseUrlFrom: which one counts is not known",
    next: ["unset VULCAN_DATABASE_URL", "or remove databaseUrlFrom from your own vulcan-ops.yaml"],
  });
});

it("takes the variable in a rehearsal, which sets it for its own world", async () => {
  const env = { VULCAN_DATABASE_URL: "postgres://a:b@c/d" };
  const { databaseUrl, adminToken } = heldTexts(
    { secrets, endpoints: { elsewhere: "http://127.0.0.1:4566" } },
    env,
    unread,
  );
  expect([databaseUrl?.by, await databaseUrl?.read(), adminToken]).toEqual([
    "VULCAN_DATABASE_URL",
    "postgres://a:b@c/d",
    undefined,
  ]);
});

it("asks once for many reads, anew after a minute, since a password may be replaced, and anew after a failure", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const answers = [new Error("throttled"), "one", "two"];
  const read = vi.fn(async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? "";
  });
  const { databaseUrl } = heldTexts({ secrets, endpoints: AWS }, {}, read);
  const two = () => Promise.allSettled([databaseUrl?.read(), databaseUrl?.read()]);
  expect((await two()).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await two()).toMatchObject([{ value: "one" }, { value: "one" }]);
  vi.advanceTimersByTime(61_000);
  expect(await databaseUrl?.read()).toBe("two");
  expect(read).toHaveBeenCalledTimes(3);
});

import { expect, it } from "vitest";
import { createTurns } from "../../src/mcp/turns.ts";

const never = new AbortController().signal;

it("lets so many run at once, the rest in their order", async () => {
  const turns = createTurns(1);
  const began: string[] = [];
  const first = await turns.take(never);
  const second = turns.take(never).then((release) => {
    began.push("second");
    return release;
  });
  const third = turns.take(never).then((release) => {
    began.push("third");
    return release;
  });
  await Promise.resolve();
  expect(began).toEqual([]);
  first();
  first();
  (await second)();
  expect(began).toEqual(["second"]);
  await third;
  expect(began).toEqual(["second", "third"]);
});

it("forgets one that is cancelled while it waits: its turn goes to the next", async () => {
  const turns = createTurns(1);
  const first = await turns.take(never);
  const cancel = new AbortController();
  const second = turns.take(cancel.signal);
  const third = turns.take(never);
  cancel.abort("enough");
  first();
  await expect(second).rejects.toBe("enough");
  await expect(third).resolves.toBeTypeOf("function");
});

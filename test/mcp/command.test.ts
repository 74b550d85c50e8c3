import { expect, it } from "vitest";
import { mcp } from "../../commands/mcp.ts";
import type { ProcessContext } from "../../src/cli/process-context.ts";
import { OpsError } from "../../src/domain/error.ts";

it("says at a terminal that an assistant's program talks with it, and ends with exit 6", async () => {
  const context = { stdin: { isTTY: true } } as unknown as ProcessContext;
  const error = await mcp.run({} as never, context).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OpsError);
  expect((error as OpsError).detail).toMatchObject({
    code: "mcp-terminal",
    exitCode: 6,
    next: ["vulcan-ops status", "vulcan-ops help mcp"],
  });
});

import { expect, it } from "vitest";
import { exampleFor } from "../../src/cli/runbook-command.ts";

const COMMAND = {
  name: "upgrade",
  describe: "",
  runbook: "upgrade-service",
  options: {
    image: { type: "string", input: "image", describe: "" },
    watch: { type: "string", input: "watch", example: "--watch 30m", describe: "" },
    despiteHole: { type: "boolean", input: "despiteHole", describe: "" },
  },
  exampleOf: () => "--image IMAGE",
} as const;

it("the corrected command is what was typed, with a valid value in place of the other", () => {
  expect(exampleFor(COMMAND, "watch", { image: "r/vulcan:2.0.0", watch: "5m", despiteHole: true })).toBe(
    "vulcan-ops upgrade --image r/vulcan:2.0.0 --despiteHole --watch 30m",
  );
  expect(exampleFor(COMMAND, "watch")).toBe("vulcan-ops upgrade --watch 30m");
  expect(exampleFor(COMMAND, "image", { image: "" })).toBe("vulcan-ops upgrade --image IMAGE");
});

import { expect, it } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { parse } from "../../src/cli/parse-argv.ts";

it.each([
  ["fleet approve", [], "RUN and WAVE are missing: vulcan-ops fleet approve RUN WAVE [options]"],
  ["fleet approve", ["revert-42"], "WAVE is missing: vulcan-ops fleet approve RUN WAVE [options]"],
  ["fleet template", ["--part", "both"], '--part takes operations or target, not "both"'],
])("%s %j", async (name, words, message) => {
  await expect(parse([...name.split(" "), ...words], COMMANDS)).rejects.toMatchObject({
    detail: { code: "usage", exitCode: 6, message, next: [`vulcan-ops ${name} --help`] },
  });
});

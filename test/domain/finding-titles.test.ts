import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { findingTitle } from "../../src/domain/finding-titles.ts";

const files = execFileSync("git", ["ls-files", "src/actions", "src/checks", "src/app/execution"], { encoding: "utf8" });
const sources = files
  .trim()
  .split("\n")
  .map((file) => readFileSync(file, "utf8"));
const codes = sources.flatMap((text) =>
  [...text.matchAll(/\bwarn\)?\(\s*"([a-z][a-z-]+)",\s|level: "warn",\s+code: "([a-z-]+)"/g)].map(
    ([, a, b]) => a ?? b ?? "",
  ),
);

it.each([...new Set(codes)].sort())("the warning %s has a title of at most eight words", (code) => {
  const title = findingTitle({
    code,
    text: "a text of which no title can be made: it has far too many words for one row of a screen",
  });
  expect(title).not.toContain("…");
  expect(title.split(" ").length).toBeLessThanOrEqual(8);
});

it("a finding's own title comes first, and one without any gives its first clause", () => {
  expect(findingTitle({ code: "x", title: "own", text: "long" })).toBe("own");
  expect(findingTitle({ code: "not-checked", text: "not checked: who else deployed a moment ago (too late)" })).toBe(
    "not checked: who else deployed a moment ago",
  );
});

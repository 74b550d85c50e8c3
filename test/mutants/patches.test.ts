import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const patches = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".patch"));

// Whoever changes a source that a fault is built into changes its patch too.
it.each(patches)("%s can still be built in, and says in its first line what it does", (name) => {
  const path = join(import.meta.dirname, name);
  execFileSync("git", ["apply", "--check", path], { cwd: ROOT, stdio: "pipe" });
  expect(readFileSync(path, "utf8").split("\n")[0]).toMatch(/^[A-Z].*\.$/);
});

// `npm run build`: builds dist/, unless it is what a build has made of the very same sources. One check of a clean clone
// asks for it before the linters, the tests and the package.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
process.chdir(root);
const NOTE = "node_modules/.cache/vulcan-ops/built.json";

/** What dist/ depends on: the lock file says which packages are bundled. */
const SOURCES = "src commands runbooks docs build build.mjs package.json package-lock.json LICENSE".split(" ");

/** Made by another build. */
const LEFT = /^build[\\/]out\b/;

const filesIn = (path) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => filesIn(join(path, name)))
    : [path];

function hashOf(paths) {
  const hash = createHash("sha256").update(process.version);
  for (const file of paths.flatMap(filesIn)) {
    if (LEFT.test(file)) continue;
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const noted = () => {
  try {
    return readFileSync(NOTE, "utf8");
  } catch {
    return "";
  }
};

const built = () => JSON.stringify({ sources: hashOf(SOURCES), dist: hashOf(["dist"]) });

const isThere = statSync("dist", { throwIfNoEntry: false })?.isDirectory() === true;
if (!isThere || noted() !== built()) {
  rmSync(NOTE, { force: true });
  await import("../build.mjs");
  mkdirSync(dirname(NOTE), { recursive: true });
  writeFileSync(NOTE, built());
}

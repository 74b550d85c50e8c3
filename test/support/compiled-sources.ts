import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "rolldown";
import type { Plugin } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");
export const CACHE = join(ROOT, "node_modules/.cache/vulcan-ops");
const OUT = join(CACHE, "compiled");

/** What tests import from these folders is compiled once for all of them, and loaded once in each process. */
const FOLDERS = ["src", "commands", "test/support/simulated-time"];

/** These need vitest's own loader. */
const LEFT = /\/(setup|poll)\.ts$|\.test\.ts$/;

const isCompiled = (path: string): boolean =>
  path.endsWith(".ts") && !LEFT.test(path) && FOLDERS.some((folder) => path.startsWith(`${folder}/`));

/**
 * Compiles the sources file by file, so that a worker loads them as Node loads any module. Vitest would transform each
 * of 600 modules and send it to each of 200 workers: about a second of CPU time a test file.
 */
async function compile(): Promise<void> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const input = files.filter(isCompiled).map((file) => [file.replace(/\.ts$/, ""), file] as const);
  rmSync(OUT, { recursive: true, force: true });
  await build({
    cwd: ROOT,
    platform: "node",
    external: /^[^./]/,
    input: Object.fromEntries(input),
    logLevel: "warn",
    checks: { ineffectiveDynamicImport: false },
    output: { dir: OUT, preserveModules: true, preserveModulesRoot: ".", sourcemap: true },
  });
  // Else Node parses each file twice, to find out what it is.
  writeFileSync(join(OUT, "package.json"), '{ "type": "module" }\n');
  mkdirSync(join(OUT, "dist"), { recursive: true });
  for (const file of ["dist/prepared.json", "dist/help.json", "dist/completion.json"])
    copyFileSync(join(ROOT, file), join(OUT, file));
}

const COMPILED = Symbol.for("vulcan-ops: compiled sources");

/** Compiles once in this process: vitest loads its configuration again for every project, all at the same time. */
export function compileSources(): Promise<void> {
  const shared = globalThis as { [COMPILED]?: Promise<void> };
  shared[COMPILED] ??= compile();
  return shared[COMPILED];
}

/** Where the source is compiled that a module imports; undefined for everything else. */
export function compiledSource(imported: string, importer: string): string | undefined {
  if (!/^\..*\.ts$/.test(imported)) return undefined;
  const path = relative(ROOT, join(importer, "..", imported));
  return isCompiled(path) ? join(OUT, path.replace(/\.ts$/, ".js")) : undefined;
}

/** Hands the compiled module to whoever imports a source. While vitest watches, sources stay as they are. */
export function compiledSources(): Plugin {
  let isWatching = false;
  return {
    name: "compiled-sources",
    enforce: "pre",
    configureVitest: ({ vitest }) => {
      isWatching = vitest.config.watch;
    },
    resolveId(source, importer) {
      return isWatching || importer === undefined ? undefined : compiledSource(source, importer);
    },
  };
}

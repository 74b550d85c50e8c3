// A TypeScript program of the tests as modules that plain Node runs in this process: compiled, each where its source lies.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

const root = join(import.meta.dirname, "../..");

/** Imports the program at this path, without `.ts`. The files are gone when this process ends. */
export async function imported(program) {
  const cache = join(root, "node_modules/.cache/vulcan-ops");
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, "program-"));
  process.on("exit", () => rmSync(out, { recursive: true, force: true }));
  await build({
    cwd: root,
    platform: "node",
    external: /^[^./]/,
    input: { [program]: `${program}.ts` },
    logLevel: "warn",
    checks: { ineffectiveDynamicImport: false },
    output: { dir: out, preserveModules: true, preserveModulesRoot: ".", sourcemap: true },
  });
  // Else Node parses each file twice, to find out what it is.
  writeFileSync(join(out, "package.json"), '{ "type": "module" }\n');
  mkdirSync(join(out, "dist"), { recursive: true });
  for (const file of ["dist/prepared.json", "dist/help.json"]) copyFileSync(join(root, file), join(out, file));
  return import(pathToFileURL(join(out, `${program}.js`)).href);
}

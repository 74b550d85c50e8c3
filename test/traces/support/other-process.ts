import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "rolldown";
import type { PreparedCluster } from "../../../src/postgres/prepared-cluster.ts";
import { CACHE, compiledSource } from "../../support/compiled-sources.ts";
import type { Trace } from "./trace.ts";

/** The trace of a procedure, by a process that does nothing else. */
export async function traceInAnotherProcess(
  procedure: string,
  cluster: PreparedCluster,
): Promise<Pick<Trace, "lines" | "writes" | "output">> {
  // Where its imports of packages are found.
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "trace-"));
  try {
    const program = await compile("one-trace.ts", folder);
    return JSON.parse(await outputOf([program, procedure, JSON.stringify(cluster)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only what lies under test: the rest is compiled already. */
async function compile(source: string, folder: string): Promise<string> {
  const compiled: Plugin = {
    name: "compiled",
    resolveId: (imported, importer) => {
      const id = importer === undefined ? undefined : compiledSource(imported, importer);
      return id === undefined ? undefined : { id: pathToFileURL(id).href, external: true };
    },
  };
  await build({
    input: join(import.meta.dirname, source),
    platform: "node",
    plugins: [compiled],
    external: /^[^./]/,
    logLevel: "warn",
    output: { dir: folder, entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
  });
  return join(folder, source.replace(/\.ts$/, ".mjs"));
}

function outputOf(argv: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  // It keeps a time of its own: what it does is no work of this process.
  child.unref();
  let output = "";
  child.stdout.on("data", (part) => {
    output += part;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`it ended with ${code}`))));
  });
}

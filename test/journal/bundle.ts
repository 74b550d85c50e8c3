import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";

/** A new folder of its own, gone after the test. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "vulcan-ops-journal-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** One of the scripts beside the tests, as a file that plain Node can run in another process. */
export async function bundled(script: string, folder: string): Promise<string> {
  const outfile = join(folder, `${script}.mjs`);
  const entry = join(import.meta.dirname, `${script}.ts`);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return outfile;
}

import { readFileSync } from "node:fs";
import { getAsset, isSea } from "node:sea";

/** The root of the package, from the sources and from the bundle in `dist`. */
const ROOT = /\/src\/app\/[^/]+$/.test(import.meta.url) ? "../../" : "../";

/** A file that the program carries, by its path in the package: `docs/rollback.md`. The executable holds it as an asset. */
export function ownFile(path: string): string {
  return isSea() ? getAsset(path, "utf8") : readFileSync(new URL(`${ROOT}${path}`, import.meta.url), "utf8");
}

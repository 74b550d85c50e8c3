import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The missing symbolic links of the package's install script. Without them the libraries do not load. */
export function missingLinks(native: string): { link: string; file: string }[] {
  const manifest = join(native, "pg-symlinks.json");
  if (!existsSync(manifest)) return [];
  const links = JSON.parse(readFileSync(manifest, "utf8")) as { source: string; target: string }[];
  return links
    .map(({ source, target }) => ({ link: join(native, "..", target), file: join(native, "..", source) }))
    .filter(({ link }) => !existsSync(link));
}

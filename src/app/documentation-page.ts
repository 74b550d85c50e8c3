import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { ownFile } from "./own-files.ts";
import { readPrepared } from "./prepared.ts";

/** A page by its name, `rollback` or `docs/rollback.md`; exit 6 where there is none. */
export function documentationPage(name: string): string {
  const { pages } = readPrepared();
  const wanted = name.replace(/^docs\//, "").replace(/\.md$/, "");
  if (pages.includes(wanted)) return ownFile(`docs/${wanted}.md`);
  const near = nearest(wanted, pages);
  throw usageError("page-unknown", `there is no page ${JSON.stringify(name)}`, [
    near === undefined ? "vulcan-ops docs" : commandLine`vulcan-ops docs ${near}`,
  ]);
}

import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { ownFile } from "./own-files.ts";
import { readPrepared } from "./prepared.ts";

/** A page by its name or its file, `rollback` or `docs/rollback.md`; exit 6 where there is none. */
export function documentationPage(name: string): string {
  const { pages } = readPrepared();
  const wanted = name.replace(/^docs\//, "").replace(/\.md$/, "");
  const page = pages.find((one) => one.name === wanted || one.path === name);
  if (page !== undefined) return ownFile(page.path);
  const near = nearest(
    wanted,
    pages.map((one) => one.name),
  );
  throw usageError("page-unknown", `there is no page ${JSON.stringify(name)}`, [
    near === undefined ? "vulcan-ops docs" : commandLine`vulcan-ops docs ${near}`,
  ]);
}

/** Each page with its title, a line each. */
export function documentationIndex(): string {
  const { pages } = readPrepared();
  const width = Math.max(...pages.map(({ name }) => name.length));
  return pages.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join("");
}

import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { VARIABLE } from "./connection-url.ts";

export type Settings = readonly (readonly [name: string, value: string])[];

/**
 * The settings from a URL's `options`, else from the variable PGOPTIONS. Each transaction sets them for itself: a
 * pooler would pass on the settings from a connection's start with its session.
 */
export function settingsOf(url: string, env: NodeJS.ProcessEnv = process.env): Settings {
  const text = new URL(url).searchParams.get("options") || env.PGOPTIONS || "";
  const words = [...text.matchAll(/(?:\\.|[^\s\\])+/gs)].map(([word]) => word.replace(/\\(.)/gs, "$1"));
  const found: [string, string][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const assignment = word === "-c" ? words[++at] : /^(?:-c|--)(.+)$/s.exec(word)?.[1];
    found.push(settingOf(assignment ?? "", word));
  }
  return found;
}

/** PostgreSQL reads a hyphen in a name as an underscore here. */
function settingOf(assignment: string, word: string): [string, string] {
  const [, name, value] = /^([a-z_][\w.-]*)=(.*)$/is.exec(assignment) ?? [];
  if (name !== undefined && value !== undefined) return [name.replaceAll("-", "_"), value];
  throw usageError(
    "database-options-invalid",
    `the options in ${VARIABLE} or PGOPTIONS are no settings of the form -c NAME=VALUE: ${sanitise(word)}`,
    [`export ${VARIABLE}='postgres://USER:PASSWORD@HOST:5432/DATABASE?options=-c%20search_path%3DNAME'`],
  );
}

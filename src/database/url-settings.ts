import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { VARIABLE } from "./connection-url.ts";

export type Settings = readonly (readonly [name: string, value: string])[];

/**
 * The settings that a URL's `options` ask for, else the variable PGOPTIONS. Sent at the start of a connection, a pooler
 * would hand them on with its session; so each transaction sets them for itself.
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

/** PostgreSQL takes a hyphen in a name for an underscore here. */
function settingOf(assignment: string, word: string): [string, string] {
  const [, name, value] = /^([a-z_][\w.-]*)=(.*)$/is.exec(assignment) ?? [];
  if (name !== undefined && value !== undefined) return [name.replaceAll("-", "_"), value];
  throw usageError(
    "database-options-invalid",
    `the options in ${VARIABLE} or PGOPTIONS are no settings of the form -c NAME=VALUE: ${sanitise(word)}`,
    [`export ${VARIABLE}='postgres://USER:PASSWORD@HOST:5432/DATABASE?options=-c%20search_path%3DNAME'`],
  );
}

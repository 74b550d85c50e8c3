import { VARIABLES } from "../../../src/cli/environment-variables.ts";
import { GLOBAL_FLAGS } from "../../../src/cli/global-flags.ts";
import { type Setting, TARGET_SETTINGS } from "../../../src/config/schema.ts";
import { EXIT } from "../../../src/domain/exit-codes.ts";
import { exitMeaning } from "../../../src/ui/render/exit-meaning.ts";
import { table } from "./table.ts";

/** Every setting of a target: its default, which file it may stand in, and what it is. */
export const settingsTable = (): string =>
  table(
    ["setting", "what it is", "default", "file"],
    Object.entries<Setting>(TARGET_SETTINGS).map(([name, { description, default: value, userOnly }]) => [
      `\`${name}\``,
      description,
      value === undefined ? "" : `\`${value}\``,
      fileOf(userOnly),
    ]),
  );

function fileOf(userOnly: Setting["userOnly"]): string {
  if (userOnly === undefined || userOnly === false) return "any";
  return userOnly === true ? "your own" : `any; \`${userOnly.source}\` your own`;
}

export const variablesTable = (): string =>
  table(
    ["variable", "what it is"],
    [
      ...VARIABLES.map(([name, use]) => [
        name
          .split(", ")
          .map((one) => (one === "…" ? one : `\`${one}\``))
          .join(", "),
        use,
      ]),
      ...GLOBAL_FLAGS.map(({ variable, value, describe }) => [`\`${variable}=${value}\``, describe]),
    ],
  );

export const exitCodesTable = (): string =>
  table(
    ["code", "meaning"],
    Object.values(EXIT).map((code) => [String(code), exitMeaning(code)]),
  );

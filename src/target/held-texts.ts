import type { Endpoints } from "../domain/aws/endpoints.ts";
import { usageError } from "../domain/error.ts";
import {
  type HeldText,
  type HeldTexts,
  SECRET_VARIABLES,
  type SecretSetting,
  type SecretSettings,
} from "../domain/secret-source.ts";

interface Holding {
  readonly secrets: SecretSettings;
  readonly endpoints: Pick<Endpoints, "elsewhere">;
}

/** Reads the text that a setting names. Throws OpsError, without the text. */
export type ReadText = (setting: SecretSetting) => Promise<string>;

/** How long (ms) a text is used again: it may be replaced during a window. */
const FRESH_MS = 60_000;

/**
 * The database's URL and the admin API's token, each from its variable or from AWS. Where a variable and a setting both
 * name one, its use is refused: one of them may be another target's. A rehearsal sets the variables for its own world.
 */
export function heldTexts({ secrets, endpoints }: Holding, env: NodeJS.ProcessEnv, read: ReadText): HeldTexts {
  const held = (setting: SecretSetting): HeldText | undefined => {
    const variable = SECRET_VARIABLES[setting];
    const known = env[variable] || undefined;
    const isSet = secrets[setting] !== undefined;
    if (known !== undefined && (!isSet || endpoints.elsewhere !== undefined))
      return { by: variable, known, read: async () => known };
    if (!isSet) return undefined;
    return known === undefined ? { by: setting, read: forAMinute(() => read(setting)) } : twice(setting, variable);
  };
  const databaseUrl = held("databaseUrlFrom");
  const adminToken = held("adminTokenFrom");
  return { ...(databaseUrl && { databaseUrl }), ...(adminToken && { adminToken }) };
}

/** The text that a setting names, of those that a connection holds. */
export async function textBy({ databaseUrl, adminToken }: HeldTexts, setting: SecretSetting): Promise<string> {
  return (await (setting === "databaseUrlFrom" ? databaseUrl : adminToken)?.read()) ?? "";
}

function twice(setting: SecretSetting, variable: string): HeldText {
  const refused = () =>
    Promise.reject(
      usageError("secret-twice", `${variable} is set, and the target has ${setting}: which one counts is not known`, [
        `unset ${variable}`,
        `or remove ${setting} from your own vulcan-ops.yaml`,
      ]),
    );
  return { by: `${variable} and ${setting}`, read: refused };
}

/** One request for many reads that begin together. A failure is not kept. */
function forAMinute(read: () => Promise<string>): () => Promise<string> {
  let last: { readonly at: number; readonly text: Promise<string> } | undefined;
  return () => {
    if (last !== undefined && performance.now() - last.at < FRESH_MS) return last.text;
    const text = read();
    const mine = { at: performance.now(), text };
    last = mine;
    text.catch(() => {
      if (last === mine) last = undefined;
    });
    return text;
  };
}

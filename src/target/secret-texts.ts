import type { Clients } from "../aws/client/clients.ts";
import { readSourceText, unsuitedText } from "../aws/secrets/source-text.ts";
import { addressOf } from "../database/connection-url.ts";
import { guardError } from "../domain/error.ts";
import {
  parseSecretSource,
  SECRET_VARIABLES,
  type SecretSetting,
  type SecretSettings,
  type SecretSource,
} from "../domain/secret-source.ts";
import type { Caller, Target } from "../domain/target.ts";
import type { ReadText } from "./held-texts.ts";

interface Reading {
  readonly secrets: SecretSettings;
  readonly target: Pick<Target, "name" | "account" | "region">;
  readonly clients: Clients;
  readonly profile: string | undefined;
  readonly caller: () => Promise<Caller>;
}

/** Reads what the settings name, with the target's credentials. A text that is not what it should be is refused here. */
export function secretTexts({ secrets, target, clients, profile, caller }: Reading): ReadText {
  return async (setting) => {
    const source = parseSecretSource(secrets[setting] ?? "");
    if (source === undefined) throw new TypeError(`${setting} is not set`);
    await assertOfTarget(source, setting, target, caller);
    const text = await readSourceText(clients, source, setting, profile);
    const what = setting === "databaseUrlFrom" ? unlikeUrl(text) : unlikeToken(text);
    if (what !== undefined) throw unsuitedText(source, setting, what, profile);
    return text;
  };
}

/** The password of another environment reads that one's database. */
async function assertOfTarget(
  { account, region }: SecretSource,
  setting: SecretSetting,
  { name, account: pinned, region: own }: Reading["target"],
  caller: () => Promise<Caller>,
): Promise<void> {
  const expected = pinned ?? (await caller()).account;
  const other =
    account !== expected
      ? `account ${account}, and target ${name} to ${expected}`
      : own !== undefined && region !== own
        ? `region ${region}, and target ${name} to ${own}`
        : undefined;
  if (other !== undefined)
    throw guardError("secret-elsewhere", `${setting} names a secret that belongs to ${other}`, [
      "vulcan-ops config",
      `put the ARN of the target's own secret into ${setting}`,
    ]);
}

const JSON_OBJECT = "holds a JSON object: add #KEY to its ARN, with the name of the member";

function unlikeUrl(text: string): string | undefined {
  if (text.startsWith("{")) return JSON_OBJECT;
  try {
    addressOf(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(`${SECRET_VARIABLES.databaseUrlFrom} `, "");
  }
}

/** A header takes no other sign, and a token has none. */
function unlikeToken(text: string): string | undefined {
  if (text.startsWith("{")) return JSON_OBJECT;
  return /^[\x21-\x7e]+$/.test(text)
    ? undefined
    : "is no token: it has a space, a line break or another odd sign in it";
}

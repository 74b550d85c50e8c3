import { configuredEndpoints } from "../aws/client/configured-endpoints.ts";
import { type SettingsInForce, settingsInForce } from "../config/in-force.ts";
import { describeElsewhere } from "../domain/aws/endpoints.ts";
import type { Environment } from "../domain/ports.ts";
import { redactText } from "../domain/redact.ts";
import type { SettingInForce } from "../domain/setting-in-force.ts";
import type { TargetOptions } from "../domain/target.ts";

export { configurationSchema } from "../config/json-schema.ts";

/** The settings in force, and what stands in the way of using them. */
export interface TargetConfiguration extends SettingsInForce {
  readonly warnings: readonly string[];
}

/** Asks AWS nothing. Exit 6 where a file is invalid, as every command that opens a target. */
export async function readConfiguration(
  { target, region, profile }: TargetOptions,
  { env, cwd }: Pick<Environment, "env" | "cwd">,
): Promise<TargetConfiguration> {
  const named = { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
  const found = await settingsInForce(named, env, cwd);
  const setTo = (name: string) => found.settings.find((one) => one.name === name)?.value ?? null;
  const endpoints = await configuredEndpoints(env, String(setTo("profile") ?? "") || undefined, undefined, {
    hasJournal: setTo("journal") !== null,
  });
  const elsewhere = describeElsewhere(endpoints);
  const settings = found.settings.map((one) => asUsed(one, elsewhere === undefined));
  const isProduction = settings.some(({ name, value }) => name === "production" && value === true);
  return {
    ...found,
    settings,
    warnings: [
      ...(elsewhere === undefined ? [] : [redirection(redactText(elsewhere), isProduction)]),
      ...(setTo("account") === null ? ["No account is pinned: credentials of any account are taken."] : []),
      ...(setTo("region") === null ? ["No region is pinned, and none is set."] : []),
    ],
  };
}

/** Unless a file says it, a target is production where its requests go to AWS itself. */
function asUsed(setting: SettingInForce, isAws: boolean): SettingInForce {
  const isOpen = setting.name === "production" && setting.origin.kind === "unset";
  return isOpen ? { ...setting, value: isAws, origin: { kind: "default" } } : setting;
}

const redirection = (where: string, isProduction: boolean): string =>
  `Requests go to ${where}, not to AWS.${isProduction ? " The target is production: every command stops." : ""}`;

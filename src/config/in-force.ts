import type { Json, JsonObject } from "../domain/json.ts";
import type { Probe } from "../domain/reconnects/probe.ts";
import { redactText } from "../domain/redact.ts";
import type { ConfigurationFile, Origin, SettingInForce } from "../domain/setting-in-force.ts";
import { configPaths, readFiles } from "./files.ts";
import { type ConfigOptions, profileOf, resolveTarget } from "./load.ts";
import type { ConfigFile, TargetSettings } from "./parse.ts";
import { type Setting, TARGET_SETTINGS } from "./schema.ts";

/** The target's settings by name, each with where it came from, and the files that were looked for. */
export interface SettingsInForce {
  readonly target: SettingInForce;
  readonly settings: readonly SettingInForce[];
  readonly files: readonly ConfigurationFile[];
}

/** What every command would use. Exit 6 where a file is invalid or the options contradict it, as in every command. */
export async function settingsInForce(
  options: ConfigOptions,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<SettingsInForce> {
  const { target } = await resolveTarget(options, env, cwd);
  const files = await readFiles(env, cwd);
  const names = Object.keys(TARGET_SETTINGS) as (keyof typeof TARGET_SETTINGS)[];
  return {
    target: { name: "target", value: target.name, origin: originOfTarget(options, env, files) },
    settings: names.map((name) => settingOf(name, { target: target.name, options, env, files })),
    files: configPaths(env, cwd).map((one) => ({
      ...one,
      targets: Object.keys(files.find(({ path }) => path === one.path)?.targets ?? {}),
    })),
  };
}

function originOfTarget(options: ConfigOptions, env: NodeJS.ProcessEnv, files: readonly ConfigFile[]): Origin {
  if (options.target !== undefined) return { kind: "flag", name: "--target" };
  if (env.VULCAN_OPS_TARGET) return { kind: "environment", name: "VULCAN_OPS_TARGET" };
  const file = files.find(({ defaultTarget }) => defaultTarget);
  return file === undefined ? { kind: "default" } : inFile(file, "defaultTarget");
}

function inFile({ path, lines }: ConfigFile, key: string): Origin {
  const line = lines[key];
  return { kind: "file", path, ...(line !== undefined && { line }) };
}

interface Question {
  readonly target: string;
  readonly options: ConfigOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly files: readonly ConfigFile[];
}

function settingOf(name: keyof typeof TARGET_SETTINGS, question: Question): SettingInForce {
  const outside = name === "profile" ? profileOutside(question) : undefined;
  return (
    outside ?? fromFiles(name, question) ?? (name === "region" ? regionOutside(question) : undefined) ?? byDefault(name)
  );
}

/** `true` of a guard wins over a nearer file; else the nearest file does. The same rule as the merge of the files. */
function fromFiles(name: keyof typeof TARGET_SETTINGS, { target, files }: Question): SettingInForce | undefined {
  const stating = files.filter(({ targets }) => targets[target]?.[name] !== undefined);
  const guarding = GUARDS.includes(name) ? stating.find(({ targets }) => targets[target]?.[name] === true) : undefined;
  const file = guarding ?? stating[0];
  if (file === undefined) return name === "journal" ? journalOfAll(files) : undefined;
  return { name, value: shownValue(file.targets[target]?.[name]), origin: inFile(file, `${target}.${name}`) };
}

function journalOfAll(files: readonly ConfigFile[]): SettingInForce | undefined {
  const file = files.find(({ journal }) => journal !== undefined);
  return file?.journal === undefined
    ? undefined
    : { name: "journal", value: redactText(file.journal), origin: inFile(file, "journal") };
}

/** Of probes their names alone: no text of a statement is ever printed. Of notices where a secret is: no file holds it. */
function shownValue(value: TargetSettings[string] | undefined): Json {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object") return value ?? null;
  return isProbes(value) ? value.map(({ name }) => name) : (value as JsonObject);
}

const isProbes = (value: object): value is readonly Probe[] => Array.isArray(value);

const GUARDS: readonly string[] = ["production", "requireReason"];

function profileOutside({ options, env }: Question): SettingInForce | undefined {
  const choice = profileOf(options, env);
  if (choice === undefined) return undefined;
  const kind = choice.by.startsWith("--") ? "flag" : "environment";
  return { name: "profile", value: choice.name, origin: { kind, name: choice.by } };
}

/** A region of a file is a pin. Only without one do flag and environment decide. */
function regionOutside({ options, env }: Question): SettingInForce | undefined {
  const sources: readonly (readonly [string | undefined, Origin])[] = [
    [options.region, { kind: "flag", name: "--region" }],
    [env.AWS_REGION, { kind: "environment", name: "AWS_REGION" }],
    [env.AWS_DEFAULT_REGION, { kind: "environment", name: "AWS_DEFAULT_REGION" }],
  ];
  const [value, origin] = sources.find(([text]) => text) ?? [];
  return value === undefined || origin === undefined ? undefined : { name: "region", value, origin };
}

function byDefault(name: keyof typeof TARGET_SETTINGS): SettingInForce {
  const { default: value }: Setting = TARGET_SETTINGS[name];
  return value === undefined
    ? { name, value: null, origin: { kind: "unset" } }
    : { name, value, origin: { kind: "default" } };
}

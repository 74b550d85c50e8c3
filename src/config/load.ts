import { PROFILE_FLAG, type ProfileChoice } from "../domain/aws/credential-source.ts";
import { commandLine } from "../domain/command-line.ts";
import type { DataTables } from "../domain/database/data-kinds.ts";
import { usageError } from "../domain/error.ts";
import type { KnownTarget } from "../domain/fleet/select-targets.ts";
import type { NoticeSettings } from "../domain/notices/settings.ts";
import type { Probe } from "../domain/reconnects/probe.ts";
import { SECRET_SETTINGS, type SecretSettings } from "../domain/secret-source.ts";
import { parseStoreAddress, type StoreAddress } from "../domain/store-address.ts";
import type { AskMode, DatabaseVia, Target } from "../domain/target.ts";
import type { PipelineSettings } from "../domain/upgrade/pipeline.ts";
import { readFiles } from "./files.ts";
import type { ConfigFile, TargetSettings } from "./parse.ts";
import { DEFAULT_TARGET, TARGET_SETTINGS } from "./schema.ts";

/** What flags and environment say about the target; they override files. */
export interface ConfigOptions {
  readonly target?: string;
  readonly region?: string;
  readonly profile?: string;
}

export interface Resolved {
  readonly target: Target;
  /** Whether a file says that the target is production, or that it is not. */
  readonly saysProduction: boolean;
  readonly profile?: string;
  /** The flag, the variable or the file that names it. */
  readonly profileBy?: string;
  /** What builds and deploys the image; absent where none is set. */
  readonly pipeline?: PipelineSettings;
  /** What tells whether clients have reconnected; absent where none is set. */
  readonly probes?: readonly Probe[];
  /** Which tables hold the documented kinds of data; absent where none is named. */
  readonly dataTables?: DataTables;
  /** The channels of notices; absent if no file sets them. */
  readonly notices?: NoticeSettings;
  /** Address of the journal that several machines share; absent: this machine's files. */
  readonly journal?: StoreAddress;
  /** Where the database's URL and the admin API's token are, if not in the environment. */
  readonly secrets: SecretSettings;
}

/** Flags > environment > the project's file > the user's own file > the documented names. */
export async function resolveTarget(options: ConfigOptions, env: NodeJS.ProcessEnv, cwd: string): Promise<Resolved> {
  const files = await readFiles(env, cwd);
  const name =
    (options.target ?? env.VULCAN_OPS_TARGET) ||
    (files.find((file) => file.defaultTarget)?.defaultTarget ?? DEFAULT_TARGET);
  const defining = files.filter((candidate) => Object.hasOwn(candidate.targets, name));
  if (defining.length === 0 && name !== DEFAULT_TARGET) throw unknownTarget(name, files);
  const settings = merged(name, defining);
  const region = regionOf(options, env, settings, name);
  const choice = profileOf(options, env, settings);
  return {
    target: toTarget(name, settings, region),
    saysProduction: settings.production !== undefined,
    ...pipelineOf(settings),
    ...probesOf(settings),
    ...dataTablesOf(settings),
    ...noticesOf(settings),
    ...journalOf(settings, files),
    secrets: secretsOf(settings),
    ...(choice && { profile: choice.name, profileBy: choice.by }),
  };
}

/** The targets that the files name, or the documented one where none does. */
export async function targetNames(env: NodeJS.ProcessEnv, cwd: string): Promise<readonly string[]> {
  const names = [...new Set((await readFiles(env, cwd)).flatMap((file) => Object.keys(file.targets)))];
  return names.length === 0 ? [DEFAULT_TARGET] : names;
}

/** The targets that the files name: tags, and the account and region that each pins. */
export async function pinnedTargets(env: NodeJS.ProcessEnv, cwd: string): Promise<readonly KnownTarget[]> {
  const files = await readFiles(env, cwd);
  const names = [...new Set(files.flatMap((file) => Object.keys(file.targets)))];
  return names.map((name) => {
    const defining = files.filter((file) => Object.hasOwn(file.targets, name));
    const settings = merged(name, defining);
    const [account, region] = [textOf(settings, "account"), textOf(settings, "region")];
    const tags = textOf(settings, "tags")?.split(",") ?? [];
    return { name, tags, ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
  });
}

/** Of each shared journal that the files name, a target that it belongs to. */
export async function targetsByJournal(env: NodeJS.ProcessEnv, cwd: string): Promise<readonly string[]> {
  const files = await readFiles(env, cwd);
  const found = new Map<string, string>();
  for (const name of new Set(files.flatMap((file) => Object.keys(file.targets)))) {
    const settings = merged(
      name,
      files.filter((file) => Object.hasOwn(file.targets, name)),
    );
    const address = addressOf(settings, files);
    const place = JSON.stringify([address, textOf(settings, "region")]);
    if (address !== undefined && !found.has(place)) found.set(place, name);
  }
  return [...found.values()];
}

// The parser has checked each of these by its own form.
const pipelineOf = ({ pipeline }: TargetSettings): Pick<Resolved, "pipeline"> =>
  pipeline === undefined ? {} : { pipeline: pipeline as PipelineSettings };

const probesOf = ({ reconnects }: TargetSettings): Pick<Resolved, "probes"> =>
  reconnects === undefined ? {} : { probes: reconnects as readonly Probe[] };

const dataTablesOf = ({ dataTables }: TargetSettings): Pick<Resolved, "dataTables"> =>
  dataTables === undefined ? {} : { dataTables: dataTables as DataTables };

const noticesOf = ({ notices }: TargetSettings): Pick<Resolved, "notices"> =>
  notices === undefined ? {} : { notices: notices as NoticeSettings };

/** The target's own, or else that of all targets. */
const addressOf = (settings: TargetSettings, files: readonly ConfigFile[]): string | undefined =>
  textOf(settings, "journal") ?? files.find(({ journal }) => journal !== undefined)?.journal;

function journalOf(settings: TargetSettings, files: readonly ConfigFile[]): Pick<Resolved, "journal"> {
  const address = addressOf(settings, files);
  return address === undefined ? {} : { journal: parseStoreAddress(address) };
}
const secretsOf = (settings: TargetSettings): SecretSettings =>
  Object.fromEntries(SECRET_SETTINGS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])));

/** Nearer files win, except over a pin: no file may loosen what another file guards. */
function merged(name: string, files: readonly ConfigFile[]): TargetSettings {
  const all = files.map((file) => file.targets[name] ?? {});
  const accounts = [...new Set(all.flatMap((settings) => textOf(settings, "account") ?? []))];
  if (accounts.length > 1) {
    const where = files.map((file) => file.path).join(" and ");
    throw usageError("account-conflict", `target ${name} is pinned to ${accounts.join(" and to ")} (${where})`);
  }
  const production = all.some((settings) => settings.production === true);
  const requireReason = all.some((settings) => settings.requireReason === true);
  const requireApproval = all.some((settings) => settings.requireApproval === true);
  // A change waits for the calendar of each file.
  const calendars = [...new Set(all.flatMap((settings) => textOf(settings, "changeCalendar") ?? []))].join(",");
  const guards = {
    ...(production && { production }),
    ...(requireReason && { requireReason }),
    ...(requireApproval && { requireApproval }),
    ...(calendars !== "" && { changeCalendar: calendars }),
  };
  return Object.assign({}, ...all.toReversed(), guards);
}

function toTarget(name: string, settings: TargetSettings, region: string | undefined): Target {
  const account = textOf(settings, "account");
  const container = textOf(settings, "container");
  const adminUrl = textOf(settings, "adminUrl");
  const migrationsFrom = textOf(settings, "migrationsFrom");
  const migrationLock = textOf(settings, "migrationLock");
  const databaseVia = textOf(settings, "databaseVia") as DatabaseVia | undefined;
  const mutedAlarms = textOf(settings, "mutedAlarms");
  const announceTopic = textOf(settings, "announceTopic");
  const changeCalendar = textOf(settings, "changeCalendar");
  const ask = textOf(settings, "ask") as AskMode | undefined;
  const zone = textOf(settings, "zone");
  return {
    name,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    cluster: textOf(settings, "cluster") ?? TARGET_SETTINGS.cluster.default,
    service: textOf(settings, "service") ?? TARGET_SETTINGS.service.default,
    database: textOf(settings, "database") ?? TARGET_SETTINGS.database.default,
    ...(container === undefined ? {} : { container }),
    ...(adminUrl === undefined ? {} : { adminUrl }),
    ...(migrationsFrom === undefined ? {} : { migrationsFrom }),
    ...(migrationLock === undefined ? {} : { migrationLock }),
    ...(databaseVia === undefined ? {} : { databaseVia }),
    ...(mutedAlarms === undefined ? {} : { mutedAlarms }),
    ...(announceTopic === undefined ? {} : { announceTopic }),
    ...(ask === undefined ? {} : { ask }),
    ...(settings.requireReason === true ? { requireReason: true } : {}),
    ...(settings.requireApproval === true ? { requireApproval: true } : {}),
    ...(changeCalendar === undefined ? {} : { changeCalendar }),
    ...(zone === undefined ? {} : { zone }),
    production: settings.production === true,
  };
}

/** The AWS CLI reads both variables, in this order. (botocore 1.43, configprovider.py) */
const PROFILE_VARIABLES = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];

/** `settings`: of the target in the files. */
export function profileOf(
  { profile }: ConfigOptions,
  env: NodeJS.ProcessEnv,
  settings: TargetSettings = {},
): ProfileChoice | undefined {
  const sources: readonly (readonly [string | undefined, string])[] = [
    [profile, PROFILE_FLAG],
    ...PROFILE_VARIABLES.map((name) => [env[name], name] as const),
    [textOf(settings, "profile"), "vulcan-ops.yaml"],
  ];
  const [name, by = ""] = sources.find(([value]) => value) ?? [];
  return name ? { name, by } : undefined;
}

function textOf(settings: TargetSettings, key: keyof typeof TARGET_SETTINGS): string | undefined {
  const value = settings[key];
  return typeof value === "string" ? value : undefined;
}

/** A target pins its region: a flag with another region is a mistake, not an override. */
function regionOf(
  options: ConfigOptions,
  env: NodeJS.ProcessEnv,
  settings: TargetSettings,
  name: string,
): string | undefined {
  const pinned = textOf(settings, "region");
  if (pinned !== undefined && options.region !== undefined && options.region !== pinned) {
    throw usageError("region-mismatch", `target ${name} is pinned to ${pinned}, and --region says ${options.region}`);
  }
  const requested = (options.region ?? env.AWS_REGION) || env.AWS_DEFAULT_REGION || undefined;
  if (pinned === undefined && requested !== undefined && !TARGET_SETTINGS.region.pattern.test(requested)) {
    const source = options.region === undefined ? "the environment" : "--region";
    throw usageError("region-invalid", `${source} names the region ${JSON.stringify(requested)}, which is none`, [
      "vulcan-ops … --region eu-west-1",
    ]);
  }
  return pinned ?? requested;
}

function unknownTarget(name: string, files: readonly ConfigFile[]): Error {
  const known = [...new Set([DEFAULT_TARGET, ...files.flatMap((file) => Object.keys(file.targets))])];
  const where =
    files.length === 0 ? "there is no vulcan-ops.yaml here" : `looked in ${files.map((file) => file.path).join(", ")}`;
  return usageError("target-unknown", `unknown target ${JSON.stringify(name)}; known: ${known.join(", ")} (${where})`, [
    commandLine`vulcan-ops … --target ${known[0] ?? DEFAULT_TARGET}`,
  ]);
}

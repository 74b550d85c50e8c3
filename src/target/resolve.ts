import { type AwsFiles, readAwsFiles } from "../aws/client/aws-files.ts";
import { configuredEndpoints } from "../aws/client/configured-endpoints.ts";
import { targetNames as namesInFiles, profileOf, resolveTarget as readConfiguration } from "../config/load.ts";
import type { ProfileChoice } from "../domain/aws/credential-source.ts";
import type { Endpoints } from "../domain/aws/endpoints.ts";
import type { DataTables } from "../domain/database/data-kinds.ts";
import { guardError } from "../domain/error.ts";
import { type Network, networkOf } from "../domain/network.ts";
import type { NoticeSettings } from "../domain/notices/settings.ts";
import type { Clock, Environment } from "../domain/ports.ts";
import type { Probe } from "../domain/reconnects/probe.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { SecretSettings } from "../domain/secret-source.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import type { PipelineSettings } from "../domain/upgrade/pipeline.ts";
import { createClock } from "./clock.ts";

/** The target, whose credentials to use, where requests go and by which way, and the target's clock. */
export interface ResolvedTarget {
  readonly target: Target;
  /** The profile that was chosen; keys of the environment may come before it. */
  readonly choice?: ProfileChoice | undefined;
  readonly pipeline?: PipelineSettings | undefined;
  /** What tells whether clients have reconnected; absent where none is set. */
  readonly probes?: readonly Probe[] | undefined;
  /** Which tables hold the documented kinds of data. */
  readonly dataTables?: DataTables | undefined;
  /** Who is told of executions, by the files alone. */
  readonly notices?: NoticeSettings | undefined;
  /** The journal that several machines share; absent: this machine's files. */
  readonly journal?: StoreAddress | undefined;
  /** Where its secrets are, by one's own files alone: no journal and no saved plan says it. */
  readonly secrets: SecretSettings;
  readonly files: AwsFiles;
  readonly endpoints: Endpoints;
  readonly network: Network;
  readonly clock: Clock;
}

/** Where the configuration is found. */
type Files = Pick<Environment, "env" | "cwd" | "announces">;

interface Configured {
  readonly target: Target;
  /** What the target says of production stands: a file or a journal said it. */
  readonly saysProduction: boolean;
  readonly choice?: ProfileChoice | undefined;
  readonly pipeline?: PipelineSettings | undefined;
  readonly probes?: readonly Probe[] | undefined;
  /** Which tables hold the documented kinds of data. */
  readonly dataTables?: DataTables | undefined;
  readonly notices?: NoticeSettings | undefined;
  readonly journal?: StoreAddress | undefined;
  readonly secrets: SecretSettings;
}

/** `pinned` is a target that comes from a journal or a rehearsal rather than from options and files. */
export async function resolveTarget(
  options: TargetOptions,
  environment: Environment,
  pinned?: Target,
): Promise<ResolvedTarget> {
  const { env } = environment;
  const clock = createClock(env);
  // What else such a shell names is gone with it: this is the one thing to say.
  if (clock.isSet) clock.now();
  const [configured, files] = await Promise.all([configuredTarget(options, environment, pinned), readAwsFiles(env)]);
  const { choice, pipeline, probes, dataTables, notices, journal, secrets } = configured;
  const endpoints = await configuredEndpoints(env, choice?.name, files, { hasJournal: journal !== undefined });
  const name = choice?.name ?? "default";
  const network = networkOf(env, { ca: files.profile(name)?.ca_bundle, name });
  const production = configured.saysProduction ? configured.target.production : endpoints.elsewhere === undefined;
  const target = { ...configured.target, ...databaseViaOption(options), production };
  assertReal(target, endpoints, clock.isSet);
  return { target, choice, pipeline, probes, dataTables, notices, journal, secrets, files, endpoints, network, clock };
}

/** The region that requests without a target go to, and who names it: flag, variable, or the profile in use. */
export async function regionInUse(
  { region, profile }: TargetOptions,
  { env }: Pick<Environment, "env">,
): Promise<{ readonly name: string; readonly by: string } | undefined> {
  const name = profile ?? profileOf({}, env)?.name ?? "default";
  const ofProfile = (await readAwsFiles(env)).profile(name)?.region;
  const sources: readonly (readonly [string | undefined, string])[] = [
    [region, "--region"],
    [env.AWS_REGION, "AWS_REGION"],
    [env.AWS_DEFAULT_REGION, "AWS_DEFAULT_REGION"],
    [ofProfile, `profile ${name}`],
  ];
  const [found, by = ""] = sources.find(([one]) => one) ?? [];
  return found ? { name: sanitise(found), by: sanitise(by) } : undefined;
}

/** The targets of the configuration. */
export const targetNames = ({ env, cwd }: Environment): Promise<readonly string[]> => namesInFiles(env, cwd);

/** Where requests for the target would go: whether an execution or a saved plan belongs there is asked before anything else. */
export async function resolveEndpoints(
  options: TargetOptions,
  environment: Files,
  pinned?: Target,
): Promise<Endpoints> {
  const { choice, journal } = await configuredTarget(options, environment, pinned);
  return configuredEndpoints(environment.env, choice?.name, undefined, { hasJournal: journal !== undefined });
}

const configuredTarget = (options: TargetOptions, environment: Files, pinned: Target | undefined) =>
  pinned === undefined ? configure(options, environment) : withProfile(pinned, options, environment);

async function configure({ target, region, profile }: TargetOptions, { env, cwd }: Files): Promise<Configured> {
  const named = { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
  const { profile: name, profileBy: by = "", ...found } = await readConfiguration(named, env, cwd);
  return { ...found, choice: name === undefined ? undefined : { name, by } };
}

/** The journal fixes the target. The files give only profile, probes, tables, channels and where secrets are; an error in them never blocks a rescue. */
async function withProfile(target: Target, options: TargetOptions, environment: Files): Promise<Configured> {
  const { profile } = options;
  const known = await configure({ ...options, target: target.name }, environment).catch(() => undefined);
  // A rehearsal has a target of its own, and tries the channels of the configured one.
  const usual = environment.announces === true ? await configure({}, environment).catch(() => undefined) : undefined;
  return {
    target,
    saysProduction: true,
    probes: known?.probes,
    dataTables: known?.dataTables,
    notices: known?.notices ?? usual?.notices,
    journal: known?.journal,
    secrets: known?.secrets ?? {},
    choice: known?.choice ?? profileOf({ ...(profile && { profile }) }, environment.env),
  };
}

/** A route to the database may come up or fail during an execution, so the option overrides the recorded value. */
function databaseViaOption({ databaseVia }: TargetOptions): Pick<Target, "databaseVia"> {
  return databaseVia === undefined ? {} : { databaseVia };
}

/** Requests to AWS itself require the real clock. A production target requires AWS itself. No flag lifts this. */
function assertReal(target: Target, { configured, elsewhere }: Endpoints, isClockSet: boolean): void {
  const foreign = configured.find(({ isAws }) => !isAws);
  if (target.production && foreign !== undefined) {
    const { url, source, remedy } = foreign;
    const where = `requests would go to ${url}, which is no encrypted API of AWS: ${source} says so`;
    throw redirected(`target ${target.name} is production, and ${where}`, remedy);
  }
  const isWrongTime = isClockSet && (target.production || elsewhere === undefined);
  if (isWrongTime)
    throw redirected(`VULCAN_OPS_CLOCK is set, and ${target.name} is asked at AWS itself`, "unset VULCAN_OPS_CLOCK");
}

function redirected(message: string, remedy: string): Error {
  return guardError("production-redirected", message, [remedy]);
}

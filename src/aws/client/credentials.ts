import { setTimeout as delay } from "node:timers/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import {
  type CredentialLife,
  type CredentialSource,
  PROFILE_FLAG,
  type ProfileChoice,
} from "../../domain/aws/credential-source.ts";
import { OpsError, RUN_AGAIN } from "../../domain/error.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { outsideTimeLimit } from "../../domain/time-limit.ts";
import { type AwsFiles, filesOf } from "./aws-files.ts";
import { noCredentials, profileUnknown } from "./credential-errors.ts";
import { environmentKeys, environmentSource, keysComeFirst } from "./environment-keys.ts";
import { translate } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { isRole, NO_PROFILE, type ProfileMeans, profileCredentials } from "./profile-credentials.ts";
import { PROXY_FAILURE } from "./proxy-failure.ts";
import { createRoleAssumer, type RoleAssumer } from "./role-assumer.ts";

/** What signs the requests of every client of a process. */
export type Credentials = STSClient["config"]["credentials"];

export interface SharedCredentials {
  readonly sign: Credentials;
  /** The source, once the first credentials are there; undefined before, and where there are none. */
  source(): CredentialSource | undefined;
  /** Resolves the credentials, if that was not done yet. Throws OpsError. */
  life(): Promise<CredentialLife>;
  /** Resolves them anew, from files as they are now. Throws OpsError. */
  refresh(): Promise<void>;
}

export interface CredentialSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly files: AwsFiles;
  /** The files as they are now: a login may write there. */
  readonly reread?: (() => Promise<AwsFiles>) | undefined;
  readonly choice?: ProfileChoice | undefined;
  readonly region?: string | undefined;
  /** How the STS and SSO clients go out: where STS is asked, and by which agents. */
  readonly client: () => Promise<Readonly<Record<string, unknown>>>;
  /** Asks the operator for text that is not shown; absent without a terminal. Undefined: none was given. */
  readonly askHidden?: ((question: string) => Promise<string | undefined>) | undefined;
  /** Called once, if the first credentials take longer than `SLOW_MS`, unless the operator is asked. */
  slow(): void;
  /** Epoch ms of the machine: AWS judges by the real time. */
  now(): number;
}

/** Files and the environment take less time than this. After it, we are waiting for a person or a network. */
const SLOW_MS = 1000;
/** Credentials are renewed so long before they end, as the SDK does. */
const RENEW_BEFORE_MS = 300_000;
/** A helper that only ever gives short ones is not started for each request. */
const RENEW_PAUSE_MS = 60_000;

interface ResolvedKeys extends CredentialLife {
  readonly keys: Keys;
}

/**
 * Resolves the credentials once for all clients and renews them before they expire. A helper may ask a person for a
 * code, so its time counts towards no limit. A helper whose first run fails is not started again.
 */
export function shareCredentials(settings: CredentialSettings): SharedCredentials {
  const { now } = settings;
  const settled = new AbortController();
  const asked = { ...settings, ...(settings.askHidden && { askHidden: quietly(settings.askHidden, settled) }) };
  let first: Promise<ResolvedKeys> | undefined;
  let found: ResolvedKeys | undefined;
  let renewing: Promise<void> | undefined;
  let renewedAt = 0;

  const anew = async () => resolve({ ...asked, files: (await settings.reread?.()) ?? settings.files });
  const renew = async (old: ResolvedKeys): Promise<void> => {
    renewedAt = now();
    found = await anew().catch((error: unknown) => {
      // What is left of the old ones is still good.
      if (endsWithin(old, 0, now())) throw error;
      return old;
    });
  };
  const current = async (): Promise<ResolvedKeys> => {
    if (first === undefined) {
      first = outsideTimeLimit(resolve(asked));
      notifyWhenSlow(first, settings, settled);
      found = await first;
    }
    const known = found ?? (await first);
    const isDue = endsWithin(known, RENEW_BEFORE_MS, now()) && now() - renewedAt >= RENEW_PAUSE_MS;
    if (!isDue && !endsWithin(known, 0, now())) return known;
    renewing ??= renew(known).finally(() => {
      renewing = undefined;
    });
    await outsideTimeLimit(renewing);
    return found ?? known;
  };
  const life = async (): Promise<CredentialLife> => {
    const { source, endsAt, isTemporary } = await current();
    const left = endsAt === undefined ? {} : { endsAt, leftMs: endsAt - now() };
    return { source, ...left, ...(isTemporary && { isTemporary }) };
  };
  const refresh = async (): Promise<void> => {
    found = await outsideTimeLimit(anew());
    first ??= Promise.resolve(found);
  };
  return { sign: async () => (await current()).keys, source: () => found?.source, life, refresh };
}

const endsWithin = ({ endsAt }: CredentialLife, ms: number, now: number): boolean =>
  endsAt !== undefined && endsAt - now <= ms;

/** The AWS CLI's order: keys of the environment (but not before `--profile`), profile, web identity, this machine. */
async function resolve(settings: CredentialSettings): Promise<ResolvedKeys> {
  const { env, files, choice } = settings;
  if (keysComeFirst(choice, env)) {
    const keys = environmentKeys(env);
    if (keys !== undefined) return withSource(keys, environmentSource(choice));
  }
  const name = choice?.name ?? "default";
  const own = files.profile(name);
  if (own === undefined && choice !== undefined) throw profileUnknown(name, choice.by, files.profiles);
  const assume = createRoleAssumer((keys) => stsClient(settings, keys));
  if (tokenComesFirst(settings)) return byEnvironmentToken(settings, assume);
  const means: ProfileMeans = {
    env,
    files,
    assume,
    isFlag: choice?.by === PROFILE_FLAG,
    bySdk: (more) => bySdk(settings, more),
    ...(settings.askHidden && { askCode: codeFrom(settings.askHidden, name) }),
  };
  const ofProfile = own === undefined ? undefined : await profileCredentials(name, means);
  if (ofProfile === undefined) return byMachine(settings);
  const { keys, how, renew, isRenewable, isFixed } = ofProfile;
  const by = choice === undefined || choice.by === PROFILE_FLAG ? "" : ` of ${choice.by}`;
  const text = sanitise(`profile ${name}${by} (${how})`, { most: 200 });
  return withSource(keys, { text, ...(choice && { profile: name }), renew, isRenewable, ...(isFixed && { isFixed }) });
}

const withSource = (keys: Keys, source: CredentialSource): ResolvedKeys => ({
  keys,
  source,
  ...(keys.expiration && { endsAt: keys.expiration.getTime() }),
  ...(keys.sessionToken && { isTemporary: true }),
});

/** A pod's or a pipeline's token comes before a profile's own keys, not before its role. */
function tokenComesFirst({ env, files, choice }: Pick<CredentialSettings, "env" | "files" | "choice">): boolean {
  const hasToken = Boolean(env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN);
  return hasToken && choice?.by !== PROFILE_FLAG && !isRole(files.profile(choice?.name ?? "default") ?? {});
}

/** The profile that `aws` has to be given for the identity that this program uses. */
export function profileInUse(settings: Pick<CredentialSettings, "env" | "files" | "choice">): string | undefined {
  const isElsewhere = keysComeFirst(settings.choice, settings.env) || tokenComesFirst(settings);
  return isElsewhere ? undefined : settings.choice?.name;
}

async function byEnvironmentToken({ env }: CredentialSettings, assume: RoleAssumer): Promise<ResolvedKeys> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file = "", AWS_ROLE_ARN: role = "", AWS_ROLE_SESSION_NAME: session } = env;
  const keys = await assume.byToken(undefined, { role, file, ...(session && { session }) });
  return withSource(keys, { text: "web identity of the environment", renew: [RUN_AGAIN], isRenewable: true });
}

async function byMachine(settings: CredentialSettings): Promise<ResolvedKeys> {
  const { env, choice } = settings;
  const keys = await bySdk(settings, { profile: NO_PROFILE }).catch((cause: unknown) => {
    throw cause instanceof OpsError ? cause : noCredentials(choice, cause);
  });
  const inContainer = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const text = `role of this ${inContainer ? "container" : "instance"}`;
  return withSource(keys, { text, renew: [RUN_AGAIN], isRenewable: true });
}

async function stsClient({ region, client }: CredentialSettings, keys: Keys | undefined): Promise<STSClient> {
  const [{ STSClient }, config] = await Promise.all([import("../sdk/sts.ts"), client()]);
  // Unsigned calls need no keys; without this the SDK would look for some.
  const credentials = keys ?? { accessKeyId: "", secretAccessKey: "" };
  return new STSClient({ ...config, region: region ?? FALLBACK_REGION, credentials });
}

/** STS answers in every region. */
const FALLBACK_REGION = "us-east-1";

/** The SDK's chain of sources; `more` are settings of its members, which its types do not name. */
async function bySdk({ env, client }: CredentialSettings, more: Readonly<Record<string, unknown>>): Promise<Keys> {
  const [{ STSClient }, config] = await Promise.all([import("../sdk/sts.ts"), client()]);
  const { requestHandler } = config;
  const settings = {
    ...filesOf(env),
    logger: SILENT,
    ...(requestHandler ? { requestHandler, clientConfig: { requestHandler } } : {}),
  };
  return new STSClient({ ...settings, ...more }).config.credentials().catch((cause: unknown) => {
    throw unreachable(cause) ?? cause;
  });
}

const nothing = (): void => undefined;
/** The SDK warns of keys beside a profile on the screen; the source of the credentials says which of the two it is. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The chain keeps only the text of what happened on the wire. */
const ON_THE_WIRE =
  /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b|the proxy .* of \w+_proxy|TimeoutError/i;

function unreachable(cause: unknown): OpsError | undefined {
  const message = cause instanceof Error ? cause.message : "";
  const [word, code = PROXY_FAILURE] = ON_THE_WIRE.exec(message) ?? [];
  if (word === undefined) return undefined;
  return translate(Object.assign(new Error(message.replace(/^\w*Error: /, "")), { code }), "the credentials");
}

type AskHidden = NonNullable<CredentialSettings["askHidden"]>;

/** While the operator is asked, nothing else is said. */
const quietly =
  (ask: AskHidden, settled: AbortController): AskHidden =>
  (question) => {
    settled.abort();
    return ask(question);
  };

const codeFrom = (ask: AskHidden, profile: string) => (serial: string, isAgain: boolean) =>
  ask(
    sanitise(`${isAgain ? "That code was refused. " : ""}MFA code of ${serial} for profile ${profile}:`, { most: 200 }),
  );

function notifyWhenSlow(pending: Promise<unknown>, { slow }: CredentialSettings, settled: AbortController): void {
  const end = () => settled.abort();
  pending.then(end, end);
  delay(SLOW_MS, undefined, { ref: false, signal: settled.signal }).then(slow, () => undefined);
}

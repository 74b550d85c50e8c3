import { commandLine, option } from "../../domain/command-line.ts";
import { OpsError, RUN_AGAIN } from "../../domain/error.ts";
import type { AwsFiles, Section } from "./aws-files.ts";
import {
  exportLine,
  loginFailed,
  mfaNeeded,
  partialKeys,
  profileIncomplete,
  profileUnknown,
  ssoFailed,
  ssoLogin,
} from "./credential-errors.ts";
import { runCredentialProcess } from "./credential-process.ts";
import { environmentKeys } from "./environment-keys.ts";
import type { Keys } from "./keys.ts";
import type { RoleAssumer, RoleRequest } from "./role-assumer.ts";

/** Keys, how a profile came by them, and how the operator gets new ones. */
export interface FoundKeys {
  readonly keys: Keys;
  /** "SSO", "role by base, MFA": for the screens. */
  readonly how: string;
  readonly renew: readonly string[];
  readonly isRenewable: boolean;
  readonly isFixed?: true;
}

export interface ProfileMeans {
  readonly env: NodeJS.ProcessEnv;
  readonly files: AwsFiles;
  readonly assume: RoleAssumer;
  /** A flag names the profile. */
  readonly isFlag: boolean;
  /** The SDK's own chain of sources, for what is not done here. */
  readonly bySdk: (settings: Readonly<Record<string, unknown>>) => Promise<Keys>;
  /** Asks the operator for a code; absent without a terminal. Undefined: none was given. */
  readonly askCode?: (serial: string, isAgain: boolean) => Promise<string | undefined>;
}

/**
 * The credentials of a profile, in the AWS CLI's order: a role, a web identity, SSO, keys, `aws login`, a helper.
 * Undefined if it has none of these. Throws OpsError. [O: botocore 1.43, credentials.py]
 */
export async function profileCredentials(name: string, means: ProfileMeans): Promise<FoundKeys | undefined> {
  const own = means.files.profile(name) ?? {};
  return isRole(own) ? byRole(name, own, means, [name]) : withoutRole(name, own, means);
}

/** A role that needs a source. With a token file it is a web identity. */
export const isRole = (own: Section): own is Section & { readonly role_arn: string } =>
  own.role_arn !== undefined && own.web_identity_token_file === undefined;

async function withoutRole(name: string, own: Section, means: ProfileMeans): Promise<FoundKeys | undefined> {
  if (own.role_arn !== undefined) return byWebIdentity(name, own, own.role_arn, means);
  if (SSO_KEYS.some((key) => own[key] !== undefined)) return bySso(name, own, means);
  const hasKeys = own.aws_access_key_id !== undefined;
  const isHelperFirst = own.credential_process !== undefined && !means.files.hasKeysInCredentialsFile(name);
  if (hasKeys && !isHelperFirst) return byKeys(name, own);
  if (own.login_session !== undefined) return byLogin(name, means);
  if (own.credential_process !== undefined)
    return {
      keys: await runCredentialProcess(name, own.credential_process, means.env),
      how: "credential_process",
      renew: [RUN_AGAIN],
      isRenewable: true,
    };
  return undefined;
}

function byKeys(name: string, own: Section): FoundKeys {
  const { aws_access_key_id: accessKeyId = "", aws_secret_access_key: secretAccessKey, aws_session_token: token } = own;
  const renew = [commandLine`aws configure ${option("profile", name)}`];
  if (!secretAccessKey) throw partialKeys(`aws_access_key_id of profile ${name}`, "its aws_secret_access_key", renew);
  const keys = { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
  return { keys, how: "keys", renew, isRenewable: token === undefined };
}

async function byWebIdentity(name: string, own: Section, role: string, { assume }: ProfileMeans): Promise<FoundKeys> {
  const { web_identity_token_file: file = "", role_session_name: session } = own;
  const keys = await assume.byToken(name, { role, file, ...(session && { session }) });
  return { keys, how: "web identity", renew: [RUN_AGAIN], isRenewable: true };
}

const SSO_KEYS = ["sso_session", "sso_start_url", "sso_account_id", "sso_role_name"] as const;

/** The SDK reads the token that `aws sso login` left, and renews it where it can be. */
async function bySso(name: string, own: Section, { files, bySdk }: ProfileMeans): Promise<FoundKeys> {
  const session = own.sso_session === undefined ? {} : files.session(own.sso_session);
  if (session === undefined)
    throw profileIncomplete(name, `names the section [sso-session ${own.sso_session}], and there is none`);
  const all: Section = { ...own, ...session };
  const needed = ["sso_account_id", "sso_role_name", "sso_start_url", "sso_region"];
  const missing = needed.filter((key) => all[key] === undefined);
  if (missing.length > 0) throw profileIncomplete(name, `is for SSO, and lacks ${missing.join(" and ")}`);
  const settings = {
    ssoAccountId: all.sso_account_id,
    ssoRoleName: all.sso_role_name,
    ssoStartUrl: all.sso_start_url,
    ssoRegion: all.sso_region,
    ...(own.sso_session && { ssoSession: own.sso_session }),
  };
  const keys = await bySdk({ profile: name, ...settings }).catch((cause: Error) => {
    throw cause instanceof OpsError ? cause : ssoFailed(name, cause);
  });
  return { keys, how: "SSO", renew: [ssoLogin(name)], isRenewable: true };
}

async function byLogin(name: string, { bySdk }: ProfileMeans): Promise<FoundKeys> {
  const keys = await bySdk({ profile: name }).catch((cause: Error) => {
    throw cause instanceof OpsError ? cause : loginFailed(name, cause);
  });
  return { keys, how: "aws login", renew: [commandLine`aws login ${option("profile", name)}`], isRenewable: true };
}

type RoleSection = Section & { readonly role_arn: string };

async function byRole(
  name: string,
  own: RoleSection,
  means: ProfileMeans,
  visited: readonly string[],
): Promise<FoundKeys> {
  const source = await sourceOf(name, own, means, visited);
  const serial = own.mfa_serial;
  const request: RoleRequest = {
    role: own.role_arn,
    ...(own.role_session_name && { session: own.role_session_name }),
    ...(own.external_id && { externalId: own.external_id }),
    ...(own.duration_seconds && { seconds: Number.parseInt(own.duration_seconds, 10) }),
  };
  const keys =
    serial === undefined
      ? await means.assume.byKeys(name, source.keys, request)
      : await withCode(name, serial, means, (code) =>
          means.assume.byKeys(name, source.keys, { ...request, serial, code }),
        );
  const how = `role by ${source.by}${serial === undefined ? "" : ", MFA"}`;
  if (serial !== undefined) return { keys, how, renew: [exportLine(name)], isRenewable: means.askCode !== undefined };
  const { renew, isRenewable, isFixed } = source;
  return { keys, how, renew, isRenewable, ...(isFixed && { isFixed }) };
}

interface RoleSource extends Omit<FoundKeys, "how"> {
  readonly by: string;
}

async function sourceOf(
  name: string,
  own: Section,
  means: ProfileMeans,
  visited: readonly string[],
): Promise<RoleSource> {
  const { source_profile: from, credential_source: kind } = own;
  if (from !== undefined && kind !== undefined)
    throw profileIncomplete(name, "has both source_profile and credential_source");
  if (from === undefined && kind === undefined)
    throw profileIncomplete(name, "has role_arn, and neither source_profile nor credential_source");
  if (from === undefined) return { ...(await byMachine(name, kind ?? "", means)), by: kind ?? "" };
  const section = means.files.profile(from);
  if (section === undefined) throw profileUnknown(from, `source_profile of profile ${name}`, means.files.profiles);
  const hasKeys = section.aws_access_key_id !== undefined;
  if (visited.includes(from) && !(from === name && hasKeys))
    throw profileIncomplete(name, `gets its credentials from itself: ${[...visited, from].join(" → ")}`);
  const found =
    isRole(section) && !hasKeys
      ? await byRole(from, section, means, [...visited, from])
      : await withoutRole(from, from === name ? keysAlone(section) : section, means);
  if (found === undefined) throw profileIncomplete(from, `has no credentials, and profile ${name} needs them`);
  return { ...found, by: from };
}

const keysAlone = ({ aws_access_key_id, aws_secret_access_key, aws_session_token }: Section): Section => ({
  aws_access_key_id,
  aws_secret_access_key,
  aws_session_token,
});

/** `credential_source`: the environment, or a role of this machine. */
async function byMachine(name: string, kind: string, { env, bySdk }: ProfileMeans): Promise<Omit<RoleSource, "by">> {
  if (kind === "Environment") {
    const keys = environmentKeys(env);
    if (keys === undefined) throw partialKeys(`credential_source of profile ${name}`, "AWS_ACCESS_KEY_ID", []);
    return { keys, renew: ["put new keys into the environment"], isRenewable: false, isFixed: true };
  }
  if (!MACHINE_ROLES.includes(kind)) throw profileIncomplete(name, `has the credential_source ${kind}, which is none`);
  const keys = await bySdk({ profile: NO_PROFILE }).catch((cause: Error) => {
    if (cause instanceof OpsError) throw cause;
    throw profileIncomplete(name, `wants the role of this machine (${kind}), and it has none`);
  });
  return { keys, renew: [RUN_AGAIN], isRenewable: true };
}

const MACHINE_ROLES: readonly string[] = ["Ec2InstanceMetadata", "EcsContainer"];

/** No file has it, so the SDK asks the container and the instance. */
export const NO_PROFILE = "\u0000";

/** How often a code may be wrong. */
const MOST_CODES = 3;

async function withCode(
  name: string,
  serial: string,
  { askCode, isFlag }: ProfileMeans,
  assume: (code: string) => Promise<Keys>,
): Promise<Keys> {
  if (askCode === undefined) throw mfaNeeded(name, "there is no terminal to ask at", isFlag);
  for (let asked = 1; ; asked++) {
    const code = (await askCode(serial, asked > 1))?.replaceAll(/\s/g, "");
    if (!code) throw mfaNeeded(name, "none was given", isFlag);
    try {
      return await assume(code);
    } catch (error) {
      if (!isWrongCode(error)) throw error;
      if (asked === MOST_CODES) throw mfaNeeded(name, `AWS took none of ${MOST_CODES}`, isFlag);
    }
  }
}

const isWrongCode = (error: unknown): boolean =>
  error instanceof OpsError && /MultiFactorAuthentication|TokenCode|tokenCode/.test(error.message);

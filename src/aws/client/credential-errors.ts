import { LIST_PROFILES } from "../../domain/aws/pasted-line.ts";
import { commandLine, option } from "../../domain/command-line.ts";
import { NOTHING_SENT, OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";

const REHEARSE = "no account at hand: vulcan-ops rehearse rollback-service";

/** Why there are no credentials, and what to type for these. */
function credentialError(code: string, message: string, next: readonly string[], cause?: unknown): OpsError {
  return new OpsError({
    code,
    exitCode: EXIT.credentials,
    fault: "operator",
    effect: "none",
    message: sanitise(message, { most: 600 }),
    unchanged: NOTHING_SENT,
    next,
    ...(cause === undefined ? {} : { cause }),
  });
}

const shown = (name: string): string => sanitise(name, { most: 100 });

export const ssoLogin = (profile: string): string => commandLine`aws sso login ${option("profile", profile)}`;

/** The AWS CLI asks for the code and prints the keys. From AWS CLI 2.9 on. */
export function exportLine(profile: string): string {
  const line = commandLine`aws configure export-credentials ${option("profile", profile)} --format env`;
  return `eval "$(${line})"`;
}

export function partialKeys(has: string, lacks: string, next: readonly string[]): OpsError {
  return credentialError("credentials-partial", `${has} is set, and ${lacks} is not`, next);
}

const MOST_NAMES = 5;

/** `by`: the flag, the variable or the file that names the profile. */
export function profileUnknown(name: string, by: string, known: readonly string[]): OpsError {
  const some = known.slice(0, MOST_NAMES).join(", ");
  const rest = known.length > MOST_NAMES ? `, and ${known.length - MOST_NAMES} more` : "";
  const there = known.length === 0 ? "there is none at all" : `there are ${some}${rest}`;
  // While a variable names it, the AWS CLI itself may refuse to start.
  const isVariable = /^[A-Z_]+$/.test(by);
  const remedy = isVariable
    ? `unset ${by}`
    : by.startsWith("-")
      ? "vulcan-ops … --profile NAME"
      : `correct ${shown(by)}`;
  return credentialError(
    "profile-unknown",
    `the AWS configuration has no profile ${shown(name)}, which ${shown(by)} names: ${there}`,
    [
      ...(isVariable ? [remedy, LIST_PROFILES] : [LIST_PROFILES, remedy]),
      commandLine`aws configure sso ${option("profile", name)}`,
    ],
  );
}

/** `by` is absent where no profile was chosen. */
export function noCredentials(by: { readonly name: string } | undefined, cause: unknown): OpsError {
  if (by === undefined)
    return credentialError(
      "aws-missing",
      "no AWS credentials were found: no keys in the environment, no default profile, no role of this machine",
      ["vulcan-ops … --profile NAME", "aws configure sso", REHEARSE],
      cause,
    );
  const { name } = by;
  return credentialError(
    "aws-missing",
    `no AWS credentials were found: profile ${shown(name)} has no keys, role, SSO or credential_process`,
    [commandLine`aws configure sso ${option("profile", name)}`, "vulcan-ops … --profile NAME", REHEARSE],
    cause,
  );
}

export const profileIncomplete = (name: string, what: string): OpsError =>
  credentialError("profile-incomplete", `profile ${shown(name)} of the AWS configuration ${what}`, [
    commandLine`aws configure list ${option("profile", name)}`,
    commandLine`aws configure sso ${option("profile", name)}`,
  ]);

/** What the SDK says of an SSO session. [O: credential-provider-sso and token-providers 3.1169] */
const SSO_STATES: readonly (readonly [RegExp, string])[] = [
  [/expired|UnauthorizedException|Cannot refresh/i, "the SSO session has expired"],
  [/not found or is invalid|is invalid|not present|ENOENT/i, "there is no SSO session"],
];

export function ssoFailed(name: string, cause: Error): OpsError {
  const said = redactText(sanitise(cause.message, { most: 300 }));
  const again = [ssoLogin(name)];
  if (/ForbiddenException|No access/i.test(cause.message)) {
    const message = `SSO gives profile ${shown(name)} no access to its role: ${said}`;
    return credentialError("aws-refused", message, [...again, `ask for the role of profile ${shown(name)}`], cause);
  }
  const state = SSO_STATES.find(([pattern]) => pattern.test(cause.message))?.[1];
  return state === undefined
    ? credentialError("sso-failed", `SSO gave profile ${shown(name)} no credentials: ${said}`, again, cause)
    : credentialError("aws-expired", `${state} for profile ${shown(name)}`, again, cause);
}

export const loginFailed = (name: string, cause: Error): OpsError =>
  credentialError(
    "aws-expired",
    `the login session of profile ${shown(name)} has ended`,
    [commandLine`aws login ${option("profile", name)}`],
    cause,
  );

/** `words`: what the helper wrote to its standard error. */
export function processFailed(name: string, how: string, words: string): OpsError {
  const said = words
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" / ");
  const detail = said === "" ? "" : `: ${redactText(sanitise(said, { most: 300 }))}`;
  return credentialError("credential-process-failed", `credential_process of profile ${shown(name)} ${how}${detail}`, [
    commandLine`aws sts get-caller-identity ${option("profile", name)}`,
    commandLine`aws configure get credential_process ${option("profile", name)}`,
  ]);
}

/** `isFlag`: a flag names the profile, and would keep the exported keys out. */
export const mfaNeeded = (name: string, why: string, isFlag: boolean): OpsError =>
  credentialError("mfa-needed", `profile ${shown(name)} needs an MFA code, and ${why}`, [
    exportLine(name),
    ...(isFlag ? ["then the same command without --profile"] : []),
  ]);

/** `name` is absent where the environment names the role. */
export function roleRefused(name: string | undefined, role: string, cause: Error): OpsError {
  const said = redactText(sanitise(`${cause.name}: ${cause.message}`, { most: 300 }));
  const who = name === undefined ? "AWS_ROLE_ARN" : `profile ${shown(name)}`;
  const words = name === undefined ? [] : option("profile", name);
  return credentialError(
    "aws-refused",
    `AWS refused the role ${shown(role)} of ${who}: ${said}`,
    [commandLine`aws sts get-caller-identity ${words}`],
    cause,
  );
}

export function tokenUnreadable(name: string | undefined, file: string, cause: NodeJS.ErrnoException): OpsError {
  const who = name === undefined ? "AWS_WEB_IDENTITY_TOKEN_FILE" : `profile ${shown(name)}`;
  const message = `${who} names the token file ${shown(file)}, which cannot be read (${cause.code ?? "?"})`;
  return credentialError("token-unreadable", message, [], cause);
}

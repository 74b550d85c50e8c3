import type { CredentialSource, ProfileChoice } from "../../domain/aws/credential-source.ts";
import { PROFILE_FLAG } from "../../domain/aws/credential-source.ts";
import { commandLine, option } from "../../domain/command-line.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { partialKeys } from "./credential-errors.ts";
import type { Keys } from "./keys.ts";

type Env = NodeJS.ProcessEnv;

/** Whether the environment's keys come before the profile: always, but for the flag. [O: botocore 1.43, credentials.py] */
export const keysComeFirst = (choice: ProfileChoice | undefined, env: Env): boolean =>
  choice?.by !== PROFILE_FLAG && Boolean(env.AWS_ACCESS_KEY_ID);

/** The keys of the environment; undefined if there are none. Throws OpsError where one of the two is missing. */
export function environmentKeys(env: Env): Keys | undefined {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_CREDENTIAL_EXPIRATION: end = "" } = env;
  if (!id) return undefined;
  if (!secret)
    throw partialKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", [
      "unset AWS_ACCESS_KEY_ID",
      "or set AWS_SECRET_ACCESS_KEY to the key that belongs to it",
    ]);
  const token = env.AWS_SESSION_TOKEN || env.AWS_SECURITY_TOKEN;
  const expiration = new Date(end);
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token && { sessionToken: token }),
    ...(Number.isNaN(expiration.getTime()) ? {} : { expiration }),
  };
}

export function environmentSource(choice: ProfileChoice | undefined): CredentialSource {
  const other = choice === undefined ? "" : sanitise(`, not profile ${choice.name} of ${choice.by}`);
  return {
    text: `keys of the environment${other}`,
    renew: [
      "put new keys into the environment, or unset AWS_ACCESS_KEY_ID and:",
      commandLine`aws sso login ${choice === undefined ? [] : option("profile", choice.name)}`,
    ],
    isRenewable: false,
    isFixed: true,
  };
}

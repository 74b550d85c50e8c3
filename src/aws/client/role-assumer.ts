import { readFile } from "node:fs/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import { roleRefused, tokenUnreadable } from "./credential-errors.ts";
import { translate } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { needed } from "./needed.ts";

export interface RoleRequest {
  readonly role: string;
  readonly session?: string;
  readonly externalId?: string;
  readonly seconds?: number;
  /** Of the MFA device, with its code. */
  readonly serial?: string;
  readonly code?: string;
}

/** Gets a role's keys from STS. Throws OpsError. `profile` is for the messages. */
export interface RoleAssumer {
  byKeys(profile: string, keys: Keys, request: RoleRequest): Promise<Keys>;
  byToken(profile: string | undefined, request: RoleRequest & { readonly file: string }): Promise<Keys>;
}

/** The name of the session in CloudTrail, and in the caller's ARN. */
const SESSION = "vulcan-ops";

/** `client` signs with these keys, or not at all. */
export function createRoleAssumer(client: (keys: Keys | undefined) => Promise<STSClient>): RoleAssumer {
  return {
    async byKeys(profile, keys, { role, session = SESSION, externalId, seconds, serial, code }) {
      const [sts, { AssumeRoleCommand }] = await Promise.all([client(keys), import("./role-commands.ts")]);
      const command = new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: session,
        ...(externalId && { ExternalId: externalId }),
        ...(seconds && { DurationSeconds: seconds }),
        ...(serial && { SerialNumber: serial, TokenCode: code }),
      });
      return keysOf(profile, role, sts.send(command), "sts:AssumeRole");
    },
    async byToken(profile, { role, session = SESSION, file }) {
      const token = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw tokenUnreadable(profile, file, error);
      });
      const [sts, { AssumeRoleWithWebIdentityCommand }] = await Promise.all([
        client(undefined),
        import("./role-commands.ts"),
      ]);
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: role,
        RoleSessionName: session,
        WebIdentityToken: token.trim(),
      });
      return keysOf(profile, role, sts.send(command), "sts:AssumeRoleWithWebIdentity");
    },
  };
}

interface Answer {
  readonly Credentials?:
    | {
        AccessKeyId: string | undefined;
        SecretAccessKey: string | undefined;
        SessionToken: string | undefined;
        Expiration: Date | undefined;
      }
    | undefined;
}

async function keysOf(profile: string | undefined, role: string, asking: Promise<Answer>, call: string): Promise<Keys> {
  const answer = await asking.catch((failure: Error) => {
    throw /AccessDenied|InvalidIdentityToken/.test(failure.name)
      ? roleRefused(profile, role, failure)
      : translate(failure, call);
  });
  try {
    const found = needed(answer.Credentials, "Credentials");
    return {
      accessKeyId: needed(found.AccessKeyId, "AccessKeyId"),
      secretAccessKey: needed(found.SecretAccessKey, "SecretAccessKey"),
      sessionToken: needed(found.SessionToken, "SessionToken"),
      ...(found.Expiration && { expiration: found.Expiration }),
    };
  } catch (failure) {
    throw translate(failure, call);
  }
}

import { exec } from "node:child_process";
import { processFailed } from "./credential-errors.ts";
import type { Keys } from "./keys.ts";

/**
 * Runs the helper of a profile by the shell, as the AWS CLI does, and reads the keys that it prints.
 * (docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html) Throws OpsError with its own words.
 */
export function runCredentialProcess(profile: string, command: string, env: NodeJS.ProcessEnv): Promise<Keys> {
  return new Promise((resolve, reject) => {
    exec(command, { env }, (error, stdout, stderr) => {
      if (error !== null) reject(processFailed(profile, `failed (${reasonOf(error)})`, stderr));
      else if ("keys" in keysIn(stdout)) resolve((keysIn(stdout) as { readonly keys: Keys }).keys);
      else reject(processFailed(profile, (keysIn(stdout) as { readonly why: string }).why, stderr));
    });
  });
}

const reasonOf = ({ code, signal }: { readonly code?: number | string | null; readonly signal?: string | null }) =>
  signal ? `ended by ${signal}` : `exit ${code ?? "?"}`;

function keysIn(text: string): { readonly keys: Keys } | { readonly why: string } {
  let found: Readonly<Record<string, unknown>>;
  try {
    found = Object(JSON.parse(text));
  } catch {
    return { why: "printed no JSON" };
  }
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = found;
  if (Version !== 1) return { why: "did not print Version 1" };
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") return { why: "printed no keys" };
  const ends = typeof Expiration === "string" ? new Date(Expiration) : undefined;
  if (ends !== undefined && Number.isNaN(ends.getTime())) return { why: "printed an Expiration that is no time" };
  return {
    keys: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(typeof SessionToken === "string" && { sessionToken: SessionToken }),
      ...(ends && { expiration: ends }),
    },
  };
}

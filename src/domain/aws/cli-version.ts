import type { Operation } from "../operation.ts";

/** A release of the AWS CLI in both of its lines. */
export interface CliVersion {
  readonly v2: string;
  readonly v1: string;
}

/** From here on the AWS CLI reads AWS_ENDPOINT_URL. [D: AWS SDKs and Tools Reference, service-specific endpoints] */
export const READS_ENDPOINT: CliVersion = { v2: "2.13.0", v1: "1.29.0" };

/**
 * Operations that an AWS CLI of the last years may not know, with a release that does. The API got them on 2025-04-23
 * (StopServiceDeployment) and 2026-02-24 (mute rules) [D: changelogs of the SDKs]; the releases soon after [I].
 */
const YOUNG: Readonly<Record<string, CliVersion>> = {
  StopServiceDeployment: { v2: "2.27.0", v1: "1.41.0" },
  PutAlarmMuteRule: { v2: "2.34.0", v1: "1.45.0" },
  DeleteAlarmMuteRule: { v2: "2.34.0", v1: "1.45.0" },
};

/** Members of RestoreDBInstanceToPointInTime that came after most of it; 2.9 refuses them. [O] */
const YOUNG_SETTINGS = [
  "CACertificateIdentifier",
  "DedicatedLogVolume",
  "EngineLifecycleSupport",
  "ManageMasterUserPassword",
] as const;
const KNOWS_SETTINGS: CliVersion = { v2: "2.27.0", v1: "1.41.0" };

/** The release that its `aws` line needs; undefined where any of the last years will do. */
export function neededCli({ name, input }: Operation): CliVersion | undefined {
  if (name === "RestoreDBInstanceToPointInTime" && YOUNG_SETTINGS.some((setting) => input[setting] !== undefined))
    return KNOWS_SETTINGS;
  return YOUNG[name];
}

/** `AWS CLI 2.27 or 1.41, or a newer one` */
export function cliText({ v2, v1 }: CliVersion): string {
  const short = (version: string) => version.replace(/\.0$/, "");
  return `AWS CLI ${short(v2)} or ${short(v1)}, or a newer one`;
}

/** What `aws --version` says: `aws-cli/2.9.19 Python/…`; undefined where it says something else. */
export const versionIn = (output: string): string | undefined => /^aws-cli\/(\d+\.\d+\.\d+)/.exec(output)?.[1];

/** Is this release older than what is needed, each in its own line? A later line than 2 has all of it. */
export function isOlder(version: string, { v2, v1 }: CliVersion): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major > 2) return false;
  const [, leastMinor = 0, leastPatch = 0] = (major === 2 ? v2 : v1).split(".").map(Number);
  return minor < leastMinor || (minor === leastMinor && patch < leastPatch);
}

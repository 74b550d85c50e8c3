import { loadSharedConfigFiles } from "@smithy/core/config";
import { sanitise } from "../../domain/sanitise.ts";

export type Section = Readonly<Record<string, string | undefined>>;

/** The AWS configuration and credentials files that an environment names, as the AWS CLI merges them. */
export interface AwsFiles {
  readonly profiles: readonly string[];
  /** Undefined if neither file has such a profile. Values of the credentials file win. */
  profile(name: string): Section | undefined;
  /** Keys in the credentials file come before a `credential_process`, those in the configuration file after it. */
  hasKeysInCredentialsFile(name: string): boolean;
  session(name: string): Section | undefined;
  services(name: string): Section | undefined;
}

/** How the SDK is told to read the same files, afresh. */
export const filesOf = (env: NodeJS.ProcessEnv) => ({
  ignoreCache: true,
  ...(env.AWS_CONFIG_FILE && { configFilepath: env.AWS_CONFIG_FILE }),
  ...(env.AWS_SHARED_CREDENTIALS_FILE && { filepath: env.AWS_SHARED_CREDENTIALS_FILE }),
});

export async function readAwsFiles(env: NodeJS.ProcessEnv): Promise<AwsFiles> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles(filesOf(env));
  const own = (name: string, file: Readonly<Record<string, Section>>) =>
    Object.hasOwn(file, name) ? file[name] : undefined;
  const names = [...Object.keys(configFile).filter((name) => !/^(sso-session|services)\./.test(name))];
  return {
    profiles: [...new Set([...names, ...Object.keys(credentialsFile)])].map((name) => sanitise(name, { most: 60 })),
    profile(name) {
      const [configured, secret] = [own(name, configFile), own(name, credentialsFile)];
      return configured === undefined && secret === undefined ? undefined : { ...configured, ...secret };
    },
    hasKeysInCredentialsFile: (name) => own(name, credentialsFile)?.aws_access_key_id !== undefined,
    session: (name) => own(`sso-session.${name}`, configFile),
    services: (name) => own(`services.${name}`, configFile),
  };
}

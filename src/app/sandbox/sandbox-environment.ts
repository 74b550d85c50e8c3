import { directToThisMachine } from "../../domain/network.ts";
import { NOTICE_VARIABLES } from "../../domain/notices/settings.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Target } from "../../domain/target.ts";

/** The account of every sandbox. It is pinned, so that no request for a sandbox can reach another account. */
export const SANDBOX_ACCOUNT = "111122223333";

export function sandboxTarget(env: Readonly<Record<string, string>>, adminUrl: string): Target {
  const region = env.AWS_REGION ?? "eu-west-1";
  return {
    name: "sandbox",
    account: SANDBOX_ACCOUNT,
    region,
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    database: "vulcan-prod",
    adminUrl,
    production: false,
  };
}

/** How the operator's screen is written to: flags may have set them for this command line alone. */
const SCREEN_VARIABLE = /^(NO_COLOR|VULCAN_OPS_(QUIET|VERBOSE|NO_INPUT|PLAIN|TIME))$/;

/**
 * Points the process at the sandbox by AWS's own variables, as for any client. First removes what the operator's
 * environment and files say about real accounts, so that no request can reach them by mistake. `announces`: a rehearsal
 * of one's own may try the channel; its messages begin with REHEARSAL.
 */
export function useSandboxEnvironment<E extends Environment>(
  env: Readonly<Record<string, string>>,
  environment: E,
  { announces = false }: { readonly announces?: boolean } = {},
): E {
  for (const name of Object.keys(process.env).filter((key) => /^AWS_(?!SDK_)/.test(key))) delete process.env[name];
  // Without being asked, the people who read that channel get no messages about a sandbox on this machine.
  if (!announces) for (const name of Object.values(NOTICE_VARIABLES)) delete process.env[name];
  delete process.env.REQUESTS_CA_BUNDLE;
  Object.assign(process.env, directToThisMachine(process.env));
  Object.assign(process.env, env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  const screen = Object.entries(environment.env ?? {}).filter(([name]) => SCREEN_VARIABLE.test(name));
  return { ...environment, announces, env: { ...process.env, ...Object.fromEntries(screen) } };
}

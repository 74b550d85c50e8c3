import { redactText } from "../domain/redact.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { VariableInForce } from "../domain/setting-in-force.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";

/** The program's own variables, beside those of the global flags, the AWS SDK and the terminal. */
export const VARIABLES: readonly (readonly [name: string, use: string])[] = [
  ["VULCAN_OPS_CONFIG", "Path of vulcan-ops.yaml, instead of the one here or in ~/.config/vulcan-ops"],
  ["VULCAN_OPS_TARGET", "Target, as --target"],
  ["VULCAN_OPS_READ_TIMEOUT", "Seconds that each read may take at least (an SQL statement: 2); for a slow network"],
  ["VULCAN_OPS_TIME", "utc or local (default): how screens show a moment"],
  ["VULCAN_OPS_WEBHOOK", "Address that announcements and notices are posted to; never shown or kept"],
  ["VULCAN_OPS_SLACK_TOKEN", "Token of a Slack app for notices; never shown or kept"],
  ["VULCAN_OPS_SLACK_CHANNEL", "Id of the Slack channel for notices, as in C0123456789"],
  ["VULCAN_OPS_SLACK_URL", "Slack's API, if not https://slack.com/api"],
  ["VULCAN_OPS_PAGERDUTY_KEY", "Key of PagerDuty's Events API v2 for notices; never shown or kept"],
  ["VULCAN_OPS_PAGERDUTY_URL", "PagerDuty's Events API, if not https://events.pagerduty.com"],
  ["VULCAN_OPS_DEBUG", "Set: an error of the program itself prints where it happened"],
  ["VULCAN_DATABASE_URL", "Connection to the database; never shown or kept"],
  ["VULCAN_ADMIN_TOKEN", "Token of the admin API; never shown or kept"],
  ["GITHUB_API_URL", "API of GitHub for a target's pipeline, as GitHub Actions sets it"],
  ["XDG_STATE_HOME", "Folder that holds vulcan-ops/, the journals and locks"],
  ["XDG_CACHE_HOME", "Folder that holds vulcan-ops/compiled, the program as V8 compiled it; else ~/.cache"],
  ["NODE_DISABLE_COMPILE_CACHE", "Set: keep and take nothing compiled"],
  ["AWS_PROFILE, AWS_REGION, …", "As the AWS CLI reads them"],
  ["NO_COLOR, FORCE_COLOR, TERM, LANG", "Colour and character set"],
  ["TZ", "Time zone of this shell, for screens"],
];

/** Of these, the variables whose value may be shown. The others may hold a secret. */
const SHOWN: ReadonlySet<string> = new Set([
  "VULCAN_OPS_CONFIG",
  "VULCAN_OPS_TARGET",
  "VULCAN_OPS_READ_TIMEOUT",
  "VULCAN_OPS_TIME",
  "VULCAN_OPS_DEBUG",
  "VULCAN_OPS_CLOCK",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CA_BUNDLE",
  "NO_PROXY",
  "TZ",
]);

/** Set, and never shown: a proxy's address and an endpoint's may have a password in them. */
const HIDDEN: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "HTTPS_PROXY",
  "HTTP_PROXY",
];

/** The variables that are set, in the order of the help; a value only where it cannot hold a secret. */
export function variablesInForce(env: NodeJS.ProcessEnv): readonly VariableInForce[] {
  const documented = VARIABLES.map(([name]) => name).filter((name) => /^[A-Z_]+$/.test(name));
  const flags = GLOBAL_FLAGS.map(({ variable }) => variable);
  const names = [...new Set([...documented, ...flags, ...SHOWN, ...HIDDEN])];
  return names.flatMap((name) => {
    const value = env[name];
    if (value === undefined || value === "") return [];
    const isShown = SHOWN.has(name) || flags.includes(name);
    return [isShown ? { name, value: sanitise(redactText(value), { most: MOST_SHOWN }) } : { name }];
  });
}

const MOST_SHOWN = 300;

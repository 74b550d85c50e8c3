/** The program's own variables, beside those of the global flags, the AWS SDK and the terminal. */
export const VARIABLES: readonly (readonly [name: string, use: string])[] = [
  ["VULCAN_OPS_CONFIG", "Path of vulcan-ops.yaml, instead of the one here or in ~/.config/vulcan-ops"],
  ["VULCAN_OPS_TARGET", "Target, as --target"],
  ["VULCAN_OPS_READ_TIMEOUT", "Seconds that each read may take at least (an SQL statement: 2); for a slow network"],
  ["VULCAN_OPS_TIME", "utc or local (default): how screens show a moment"],
  ["VULCAN_OPS_WEBHOOK", "Address that announcements are posted to; never shown or kept"],
  ["VULCAN_OPS_DEBUG", "Set: an error of the program itself prints where it happened"],
  ["VULCAN_DATABASE_URL", "Connection to the database; never shown or kept"],
  ["VULCAN_ADMIN_TOKEN", "Token of the admin API; never shown or kept"],
  ["GITHUB_API_URL", "API of GitHub for a target's pipeline, as GitHub Actions sets it"],
  ["XDG_STATE_HOME", "Folder that holds vulcan-ops/, the journals and locks"],
  ["AWS_PROFILE, AWS_REGION, …", "As the AWS CLI reads them"],
  ["NO_COLOR, FORCE_COLOR, TERM, LANG", "Colour and character set"],
  ["TZ", "Time zone of this shell, for screens"],
];

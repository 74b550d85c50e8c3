/** We read only `X-Amz-Date` and `X-Amz-Expires`: the rest of the token is a secret. */
const DATE = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?=&|$)/;
const EXPIRES = /[?&]X-Amz-Expires=(\d{1,6})(?=&|$)/;

/**
 * RFC 3339: when the password in a database's URL, or else in PGPASSWORD, expires, if it is an RDS IAM token (a signed URL without its scheme).
 * Undefined for any other password. The session credentials that signed it may expire sooner; the token does not show
 * that.
 */
export function tokenEnd(url: string, env: NodeJS.ProcessEnv): string | undefined {
  const password = passwordOf(url) || (env.PGPASSWORD ?? "");
  const date = DATE.exec(password);
  const seconds = EXPIRES.exec(password)?.[1];
  if (date === null || seconds === undefined) return undefined;
  const [, year, month, day, hour, minute, second] = date.map(Number);
  const begun = Date.UTC(year as number, (month as number) - 1, day, hour, minute, second);
  return new Date(begun + Number(seconds) * 1000).toISOString();
}

function passwordOf(url: string): string {
  if (!URL.canParse(url)) return "";
  const { password, searchParams } = new URL(url);
  try {
    return decodeURIComponent(password) || (searchParams.get("password") ?? "");
  } catch {
    return "";
  }
}

/**
 * Forms that libpq or another driver takes and this program does not, each with what to give instead. No text of the
 * value is repeated: any part of it may be the password.
 */
const OTHER_FORMS: readonly (readonly [form: RegExp, text: string])[] = [
  [/^\s*["']/, "begins with a quotation mark: leave the quotes out of the value"],
  [/^jdbc:/i, "is a JDBC URL: leave jdbc: out, and put user and password before the host"],
  [
    /^\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=/i,
    "is a list of settings (host=… dbname=…), as psql takes it: write it as a URL",
  ],
  [/^postgres(ql)?:\/\/(?!.*@)[^/?#]*,/i, "names several hosts: give one, that of the primary"],
  [/^postgres(ql)?:\/\/[^/?#]*@[^/?#@]*,/i, "names several hosts: give one, that of the primary"],
  [/^postgres(ql)?:.*[?&]host=[^&]*(,|%2C)/i, "names several hosts: give one, that of the primary"],
];

/** Settings that lead to the database or its password by a file that is not read here. */
const BY_FILE = ["service", "servicefile", "passfile"] as const;

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** What is to be changed about the value, as the end of a sentence about it; undefined where its form is known. */
export function formHint(url: string): string | undefined {
  const other = OTHER_FORMS.find(([form]) => form.test(url))?.[1];
  if (other !== undefined || !URL.canParse(url)) return other;
  const { searchParams: settings, password } = new URL(url);
  const mode = settings.get("sslmode");
  if (mode !== null && !SSL_MODES.includes(mode)) return `has an unknown sslmode: it is one of ${SSL_MODES.join(", ")}`;
  const file = BY_FILE.find((name) => settings.has(name));
  const isPassword = file !== "passfile" || (password === "" && !settings.has("password"));
  return file === undefined || !isPassword
    ? undefined
    : `names a ${file}, which is not read: put host, user and password into the URL, or the password into PGPASSWORD`;
}

import type { DatabaseAddress } from "../domain/database/server.ts";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { formHint } from "./url-form.ts";

/** The variable that contains the database's URL. No file holds it, because it contains a password. */
export const VARIABLE = "VULCAN_DATABASE_URL";

/** The part of a database's URL that may be shown: `user@host:port/database`. Exit 6 if it is no such URL. */
export function placeOf(url: string): string {
  const { host, port, user, database } = parse(url);
  const name = user === "" ? "" : `${user}@`;
  return sanitise(`${name}${host}:${port}/${database}`);
}

/** Host, port and database of the URL. Exit 6 if it is no such URL. */
export function addressOf(url: string): DatabaseAddress {
  const { host, port, database } = parse(url);
  return { host: sanitise(host), port: Number(port), database: sanitise(database) };
}

/**
 * The URL for pg, with pg's own meaning of `sslmode` spelled out: every mode that asks for TLS verifies it. Otherwise
 * pg writes twelve lines about it on the operator's screen.
 */
export function connectionString(url: string): string {
  if (/[?&]uselibpqcompat=true\b/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

/** Host and port to connect to. */
export function remoteAddress(url: string): readonly [host: string, port: number] {
  const { host, port } = parse(url);
  if (host.startsWith("/")) throw unsuited(`a socket of this machine (${sanitise(host)})`);
  return [host, Number(port)];
}

/** The same user, password, database and options at another host and port. */
export function urlAt(url: string, host: string, port: number): string {
  parse(url);
  const moved = new URL(url);
  for (const name of ["host", "port"].filter((one) => moved.searchParams.has(one))) moved.searchParams.delete(name);
  moved.hostname = host;
  moved.port = String(port);
  return moved.toString();
}

function parse(url: string) {
  const hint = formHint(url);
  if (hint !== undefined) throw malformed(hint);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPostgres = parsed !== undefined && /^postgres(ql)?:$/.test(parsed.protocol);
  // A password character that is not percent-encoded shifts the parts: what looks like a host is then a secret.
  const isAmbiguous = parsed !== undefined && (parsed.hash !== "" || /@/.test(parsed.pathname + parsed.search));
  if (!isPostgres || isAmbiguous) throw malformed();
  // A stray % would be sent as it is, and be refused as a wrong password.
  decoded(parsed.password);
  const params = parsed.searchParams;
  if (!/^\d{1,5}$/.test(params.get("port") ?? "5432")) throw malformed();
  return {
    host: decoded(params.get("host") ?? (parsed.hostname || "localhost")),
    port: params.get("port") ?? (parsed.port || "5432"),
    user: decoded(parsed.username),
    database: decoded(parsed.pathname.slice(1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

const unsuited = (what: string): Error =>
  usageError("database-url-unsuited", `${VARIABLE} names ${what}, which no task can reach`, [
    "the same command with --database-via direct",
  ]);

const UNENCODED =
  "is no URL of a PostgreSQL database; characters such as @ / ? # % in its password have to be percent-encoded";

function malformed(hint = UNENCODED): Error {
  return usageError("database-url-invalid", `${VARIABLE} ${hint}`, [
    `export ${VARIABLE}='postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full'`,
  ]);
}

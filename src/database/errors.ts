import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { redactText } from "../domain/redact.ts";
import { sanitise } from "../domain/sanitise.ts";
import { limitOf } from "../domain/time-limit.ts";
import { VARIABLE } from "./connection-url.ts";

interface Wording {
  readonly code: string;
  /** The database cannot be reached from every network: another route may help. */
  readonly isAround?: true;
  say(place: string, detail: string): string;
}

const BUNDLE = `add sslrootcert=/path/to/the/CA's/bundle.pem to ${VARIABLE}`;

const refused: Wording = {
  code: "database-refused",
  say: (place, detail) => `${place} refused the user or the password (${detail})`,
};
const untrusted: Wording = {
  code: "database-untrusted",
  say: (place, detail) => `the certificate of ${place} is not trusted (${detail}); ${BUNDLE}`,
};
const unencrypted: Wording = {
  code: "database-wants-tls",
  say: (place) => `${place} takes encrypted connections only: add sslmode=verify-full to ${VARIABLE}`,
};
const VPC_HINT =
  "; a database on RDS is usually reached from inside its VPC only; --database-via task goes through a task";

const noRoute: Wording = {
  code: "database-unreachable",
  isAround: true,
  say: (place, detail) => `${place} cannot be reached (${detail})`,
};
const notListening: Wording = {
  code: "database-unreachable",
  say: (place, detail) => `${place} cannot be reached (${detail})`,
};
const timedOut: Wording = {
  code: "database-silent",
  isAround: true,
  say: (place) => `${place} did not answer within ${limitOf(2000) / 1000} s`,
};
const broken: Wording = {
  code: "database-broken",
  say: (place, detail) => `the connection to ${place} broke (${detail})`,
};
const other: Wording = {
  code: "database-failed",
  say: (place, detail) => `${place} answered: ${detail}`,
};

/** By SQLSTATE, by Node's error code, else by pg's own message. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  "28P01": refused,
  "28000": refused,
  "42501": { code: "database-refused", say: (place, detail) => `${place} does not let this user read that: ${detail}` },
  "3D000": { code: "database-absent", say: (place, detail) => `${place}: ${detail}` },
  "42P01": {
    code: "table-absent",
    say: (place) =>
      `${place} has no table migrations that this user sees: another database, or one that Vulcan never migrated`,
  },
  "55P03": {
    code: "table-locked",
    say: (place) => `${place}: the table migrations is locked, by whom its lock list tells`,
  },
  "57014": {
    code: "database-slow",
    say: (place) => `${place} took longer than 2 s over a read that takes milliseconds`,
  },
  // A server that restarts or fails over: its instance does so at the end of a restore, too.
  "57P01": broken,
  "57P02": broken,
  "57P03": {
    code: "database-broken",
    say: (place, detail) => `${place} takes no connections now (${detail})`,
  },
  "53300": { code: "database-full", say: (place, detail) => `${place} has no connection left (${detail})` },
  ECONNREFUSED: notListening,
  ENOTFOUND: noRoute,
  EAI_AGAIN: noRoute,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ETIMEDOUT: timedOut,
  "timeout expired": timedOut,
  "Query read timeout": timedOut,
  ECONNRESET: broken,
  EPIPE: broken,
  "Connection terminated unexpectedly": broken,
  "Connection terminated": broken,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  ENOENT: { code: "database-file-absent", say: () => `a certificate file that ${VARIABLE} names is not there` },
  "The server does not support SSL connections": {
    code: "database-plain",
    say: (place) => `${place} does not do TLS, and ${VARIABLE} asks for it (sslmode)`,
  },
};

/**
 * Turns any failure of pg into an error for people. It contains neither the URL nor the password. `isDialled`: the
 * connection used another route than this machine's own network.
 */
export function translate(failure: unknown, place: string, isDialled = false): OpsError {
  if (failure instanceof OpsError) return failure;
  const { code = "", message = "" } = (failure ?? {}) as { code?: string; message?: string };
  const wording = wordingOf(code, message);
  const detail = redactText(sanitise(message === "" ? code : message, { most: 300 }));
  const isRefused = wording.code === "database-refused";
  return new OpsError({
    code: wording.code,
    exitCode: isRefused ? EXIT.credentials : EXIT.failed,
    fault: isRefused ? "operator" : "remote",
    message: `${wording.say(place, isNetwork(code) ? code : detail)}${wording.isAround && !isDialled ? VPC_HINT : ""}`,
    effect: "none",
  });
}

function wordingOf(code: string, message: string): Wording {
  if (code === "28000" && message.includes("no encryption")) return unencrypted;
  if (message.startsWith("SASL: ") || message.includes("client password must be a string")) return refused;
  return WORDINGS[code] ?? WORDINGS[message] ?? other;
}

const isNetwork = (code: string): boolean => /^E[A-Z]+(_[A-Z]+)*$/.test(code);

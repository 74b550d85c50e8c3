import { randomInt, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";
import { header } from "./request.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An access key id in AWS's form. It is a secret here: its owner can run commands on this machine. */
export const newAccessKey = (): string =>
  `AKIA${Array.from({ length: 16 }, () => BASE32[randomInt(BASE32.length)]).join("")}`;

/** The header that gives access to `/_sandbox/`. */
export const KEY_HEADER = "x-sandbox-key";

export const isKey = (given: string | undefined, key: string): boolean =>
  given !== undefined && given.length === key.length && timingSafeEqual(Buffer.from(given), Buffer.from(key));

/**
 * The error for an unknown caller; undefined for the sandbox's only key. Only the id is checked, not the signature. The
 * id is a secret here: only a reader of the loopback traffic sees it. [D: codes; texts O]
 */
export function unknownCallerError(request: IncomingMessage, key: string, isQuery: boolean): AwsError | undefined {
  const given = /Credential=([^/,]+)\//.exec(header(request, "authorization") ?? "")?.[1];
  if (isKey(given, key)) return undefined;
  const [code, message] = given === undefined ? NO_TOKEN : BAD_TOKEN;
  return isQuery ? new AwsError(code.query, message, 403) : new AwsError(code.json, message, 400);
}

const NO_TOKEN = [
  { json: "MissingAuthenticationTokenException", query: "MissingAuthenticationToken" },
  "Missing Authentication Token",
] as const;

const BAD_TOKEN = [
  { json: "UnrecognizedClientException", query: "InvalidClientTokenId" },
  "The security token included in the request is invalid.",
] as const;

import { randomInt, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";
import { header } from "./request.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An access key id in AWS's form, and a secret: whoever has it may have commands run here. */
export const newAccessKey = (): string =>
  `AKIA${Array.from({ length: 16 }, () => BASE32[randomInt(BASE32.length)]).join("")}`;

/** The header that opens `/_sandbox/`. */
export const KEY_HEADER = "x-sandbox-key";

export const isKey = (given: string | undefined, key: string): boolean =>
  given !== undefined && given.length === key.length && timingSafeEqual(Buffer.from(given), Buffer.from(key));

/**
 * Why AWS would not know the caller; undefined for the one key there is. The id alone is checked, not the signature: it
 * is a secret here, and nobody who cannot read the loopback traffic sees it. [D: codes; texts O]
 */
export function stranger(request: IncomingMessage, key: string, isQuery: boolean): AwsError | undefined {
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

import { crc32 } from "node:zlib";
import type { AwsError } from "./aws-error.ts";
import type { Output } from "./input.ts";
import type { Call } from "./route.ts";
import { escapeXml, type ItemNames, toXml } from "./xml.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A success in the call's protocol. Dates become epoch seconds in JSON and ISO text in XML. */
export function success(call: Call, output: Output, requestId: string): Answer {
  if (call.protocol.kind === "query") return xmlSuccess(call, output, requestId);
  if (call.protocol.kind === "rest") return rest(200, encodeJson(output), requestId);
  return checked(call, json(call.protocol.version, 200, encodeJson(output), requestId));
}

/** An error in the call's protocol. */
export function failure(call: Call, error: AwsError, requestId: string): Answer {
  if (call.protocol.kind === "query") return xmlFailure(call, error, requestId);
  if (call.protocol.kind === "rest") return restFailure(error, requestId);
  const type = call.room?.errorType?.(error.code) ?? error.code;
  const body = JSON.stringify({ __type: type, message: error.message, ...error.members });
  const answer = checked(call, json(call.protocol.version, error.status, body, requestId));
  if (call.room?.queryCompatible !== true) return answer;
  const side = error.status < 500 ? "Sender" : "Receiver";
  return { ...answer, headers: { ...answer.headers, "x-amzn-query-error": `${queryCode(error)};${side}` } };
}

function json(version: string, status: number, body: string, requestId: string): Answer {
  return {
    status,
    headers: { "content-type": `application/x-amz-json-${version}`, "x-amzn-requestid": requestId },
    body,
  };
}

/** Clients of services that send one compare it with the body, and take another for a broken answer. */
const checked = ({ room }: Call, answer: Answer): Answer =>
  room?.hasChecksum === true
    ? { ...answer, headers: { ...answer.headers, "x-amz-crc32": String(crc32(answer.body)) } }
    : answer;

const rest = (status: number, body: string, requestId: string): Answer => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
  body,
});

/** The error's name stands in a header. [D: REST JSON, operation error serialization] */
function restFailure({ status, code, message }: AwsError, requestId: string): Answer {
  const answer = rest(status, JSON.stringify({ Message: message }), requestId);
  return { ...answer, headers: { ...answer.headers, "x-amzn-errortype": code } };
}

/** JSON.stringify calls a Date's toJSON before the replacer. So the replacer reads the original value from `this`. */
function encodeJson(output: unknown): string {
  return JSON.stringify(output, function (this: Record<string, unknown>, key, value: unknown) {
    const own = this[key];
    return own instanceof Date ? own.getTime() / 1000 : value;
  });
}

function xmlSuccess(call: Call, output: Output, requestId: string): Answer {
  const content =
    call.room?.xmlStyle === "ec2" ? plainContent(call, output, requestId) : wrapped(call, output, requestId);
  const namespace = escapeXml(call.room?.xmlNamespace ?? "");
  return xml(200, `<${call.operation}Response xmlns="${namespace}">${content}</${call.operation}Response>`, requestId);
}

const itemsOf = ({ room }: Call): ItemNames => ({
  usual: room?.xmlItem ?? "member",
  own: room?.xmlItems ?? {},
  maps: room?.xmlMaps ?? [],
});

function wrapped(call: Call, output: Output, requestId: string): string {
  const items = itemsOf(call);
  const metadata = toXml("ResponseMetadata", { RequestId: requestId }, items);
  return toXml(`${call.operation}Result`, output, items) + metadata;
}

const plainContent = (call: Call, output: Output, requestId: string): string =>
  Object.entries({ requestId, ...output })
    .map(([name, value]) => toXml(name, value, itemsOf(call)))
    .join("");

function xmlFailure(call: Call, error: AwsError, requestId: string): Answer {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const items = itemsOf(call);
  if (call.room?.xmlStyle === "ec2") {
    const errors = { Error: { Code: queryCode(error), Message: error.message } };
    return xml(error.status, toXml("Response", { Errors: errors, RequestID: requestId }, items), requestId);
  }
  const detail = toXml("Error", { Type: type, Code: queryCode(error), Message: error.message }, items);
  const namespace = escapeXml(call.room?.xmlNamespace ?? "");
  const body = `<ErrorResponse xmlns="${namespace}">${detail}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return xml(error.status, body, requestId);
}

const xml = (status: number, body: string, requestId: string): Answer => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

/** In the query protocol, the codes that all services share, and some of CloudWatch's, do not end in `Exception`. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  ThrottlingException: "Throttling",
  ExpiredTokenException: "ExpiredToken",
  AccessDeniedException: "AccessDenied",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
};

const queryCode = (error: AwsError): string => QUERY_CODES[error.code] ?? error.code;

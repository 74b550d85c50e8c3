import { asPasted } from "../../domain/aws/pasted-line.ts";
import { type Effect, type ErrorDetail, NOTHING_SENT, OpsError, RUN_AGAIN } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { sourceOf } from "./name-source.ts";
import { IncompleteAnswer } from "./needed.ts";
import { PROXY_FAILURE } from "./proxy-failure.ts";
import { isUnconnected, isUnparsable, plainWords } from "./sdk-prose.ts";

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

type Kind =
  | "regionless"
  | "expired"
  | "refused"
  | "missing"
  | "throttled"
  | "unreachable"
  | "untrusted"
  | "silent"
  | "broken"
  | "incomplete"
  | "absent"
  | "rejected";

/** Names that AWS services and the SDK use; matched by name because throttling and expiry are not modelled classes. */
const KIND_OF_NAME: ReadonlyMap<string | undefined, Kind> = new Map(
  Object.entries<Kind>({
    ExpiredToken: "expired",
    ExpiredTokenException: "expired",
    RequestExpired: "expired",
    TokenProviderError: "expired",
    AccessDenied: "refused",
    AccessDeniedException: "refused",
    UnauthorizedOperation: "refused",
    UnrecognizedClientException: "refused",
    InvalidClientTokenId: "refused",
    InvalidSignatureException: "refused",
    SignatureDoesNotMatch: "refused",
    IncompleteSignature: "refused",
    IncompleteSignatureException: "refused",
    MissingAuthenticationToken: "refused",
    MissingAuthenticationTokenException: "refused",
    OptInRequired: "refused",
    AuthFailure: "refused",
    CredentialsProviderError: "missing",
    Throttling: "throttled",
    ThrottlingException: "throttled",
    ThrottledException: "throttled",
    TooManyRequestsException: "throttled",
    RequestLimitExceeded: "throttled",
    ProvisionedThroughputExceededException: "throttled",
    IncompleteAnswer: "incomplete",
    ClusterNotFoundException: "absent",
    ServiceNotFoundException: "absent",
    DBInstanceNotFoundFault: "absent",
  }),
);

/** Connection failures before the request can have arrived. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  PROXY_FAILURE,
]);

/** A TLS handshake that this machine broke off. (nodejs.org/api/tls.html, X509 certificate error codes) */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_\w+|INVALID_CA|ERR_TLS_CERT_ALTNAME_INVALID)$/;

function kindOf(error: SdkError): Kind {
  const named = KIND_OF_NAME.get(error.name);
  const message = textOf(error);
  if (message === "Region is missing") return "regionless";
  if (named === "missing" && /\bexpired\b/i.test(message)) return "expired";
  if (named !== undefined) return named;
  if (NEVER_SENT.has(networkCode(error)) || isUnconnected(message)) return "unreachable";
  if (UNTRUSTED.test(networkCode(error))) return "untrusted";
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return isUnparsable(error.name, message) ? "broken" : "silent";
  if (status === 429) return "throttled";
  return status >= 400 && status < 500 ? "rejected" : "broken";
}

/** A server may call anything its message, at any length: a line of it is shown. */
const textOf = ({ message }: SdkError): string =>
  typeof message === "string" ? message.slice(0, MOST_OF_MESSAGE) : "";

const MOST_OF_MESSAGE = 4000;

function networkCode(error: SdkError): string {
  if (typeof error.code === "string") return error.code;
  const causes = [error, error.cause].flatMap((layer) => (layer instanceof AggregateError ? layer.errors : [layer]));
  return causes.map((cause) => (cause as SdkError | undefined)?.code).find((code) => typeof code === "string") ?? "";
}

interface Wording {
  readonly exitCode: ErrorDetail["exitCode"];
  readonly fault: ErrorDetail["fault"];
  readonly effect: Effect;
  say(call: string, detail: string): string;
  readonly next: readonly string[];
}

/** It names the endpoint, the proxy and the CA bundle in use. */
const WAY_OUT = "vulcan-ops doctor";
const CHECK_IDENTITY = "aws sts get-caller-identity";

const WORDING: Readonly<Record<Kind, Wording>> = {
  regionless: {
    exitCode: EXIT.usage,
    fault: "operator",
    effect: "none",
    say: () => "no AWS region is given: neither the target, nor a flag, nor the environment names one",
    next: ["vulcan-ops … --region eu-west-1", "or set region for the target in vulcan-ops.yaml"],
  },
  expired: {
    exitCode: EXIT.credentials,
    fault: "operator",
    effect: "none",
    say: (call, detail) => `AWS says that these credentials have expired (${call}: ${detail})`,
    next: ["aws sso login", CHECK_IDENTITY],
  },
  refused: {
    exitCode: EXIT.credentials,
    fault: "operator",
    effect: "none",
    say: (call, detail) => `AWS refused ${call} to these credentials: ${detail}`,
    next: [CHECK_IDENTITY, "vulcan-ops iam"],
  },
  missing: {
    exitCode: EXIT.credentials,
    fault: "operator",
    effect: "none",
    say: (_call, detail) => `no AWS credentials were found: ${detail}`,
    next: [
      "vulcan-ops … --profile NAME",
      "aws configure sso",
      "no account at hand: vulcan-ops rehearse rollback-service",
    ],
  },
  throttled: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    say: (call, detail) => `AWS throttled ${call}: ${detail}`,
    next: [`${RUN_AGAIN} in a minute`],
  },
  unreachable: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    say: (call, detail) => `cannot reach AWS for ${call}: ${detail}`,
    next: ["check the network and the region", WAY_OUT],
  },
  untrusted: {
    exitCode: EXIT.failed,
    fault: "operator",
    effect: "none",
    say: (call, detail) => `the certificate of the answer to ${call} is not trusted: ${detail}`,
    next: ["AWS_CA_BUNDLE has to name the certificates of your network's proxy", WAY_OUT],
  },
  silent: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "unknown",
    say: (call, detail) => `the connection broke before AWS answered ${call}: ${detail}`,
    next: [`${RUN_AGAIN}; it reads the real state first`],
  },
  broken: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "unknown",
    say: (call, detail) => `AWS failed to answer ${call}: ${detail}`,
    next: [`${RUN_AGAIN}; it reads the real state first`],
  },
  incomplete: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "unknown",
    say: (call, detail) => `AWS's answer to ${call} ${detail}`,
    next: [`${RUN_AGAIN}; it reads the real state first`],
  },
  absent: {
    exitCode: EXIT.usage,
    fault: "operator",
    effect: "none",
    say: (call, detail) => `AWS knows no such thing (${call}: ${detail})`,
    next: ["check the target's names: vulcan-ops.yaml, --target, --region"],
  },
  rejected: {
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    say: (call, detail) => `AWS rejected ${call}: ${detail}`,
    next: [`${RUN_AGAIN}; it reads the real state first`],
  },
};

/**
 * Turns any failure of an SDK call into an error for people. `call` is the operation, e.g. `ecs:UpdateService`.
 * `effect` tells whether a write may have happened. It follows the HTTP status, never the class (reference: ecs.md §1).
 */
export function translate(failure: unknown, call: string): OpsError {
  if (failure instanceof OpsError) return failure;
  const error = (failure ?? {}) as SdkError;
  const kind = kindOf(error);
  const wording = WORDING[kind];
  const source = sourceOf(error);
  const next = kind === "expired" && source !== undefined ? [...source.renew, CHECK_IDENTITY] : wording.next;
  return new OpsError({
    code: `aws-${kind}`,
    exitCode: wording.exitCode,
    fault: wording.fault,
    effect: wording.effect,
    message: wording.say(call, describe(error)),
    ...(wording.effect === "none" ? { unchanged: NOTHING_SENT } : {}),
    next: next.map((line) => asPasted(line, { profile: source?.profile })),
    cause: failure,
  });
}

/** A read that failed changed nothing, whatever its answer would have been. */
export function translateRead(failure: unknown, call: string): OpsError {
  const { detail } = translate(failure, call);
  return new OpsError({ ...detail, effect: "none", unchanged: NOTHING_SENT });
}

/** They say nothing that the sentence does not: AWS gives no such names. */
const CLASSES_OF_CLIENTS: ReadonlySet<string> = new Set(["Error", "TimeoutError"]);

/** One short line. The HTTP status replaces an HTML page or the parser error that it causes. */
function describe(error: SdkError): string {
  const status = error.$metadata?.httpStatusCode;
  const said = textOf(error);
  const text = plainWords(said);
  if (error instanceof IncompleteAnswer) return sanitise(text);
  if (isUnparsable(error.name, said)) {
    const body = "a body that is not an AWS answer";
    return status === undefined ? body : `HTTP ${status} with ${body}`;
  }
  const code = networkCode(error);
  // The proxy's own failure says all in its sentence.
  const isNamed = error.name !== undefined && !CLASSES_OF_CLIENTS.has(error.name);
  const named = isNamed ? error.name : code === PROXY_FAILURE || error.name === "TimeoutError" ? "" : code;
  const reason = text === "" || text === "UnknownError" ? code || `HTTP ${status ?? "?"}` : text;
  return redactText(sanitise([named, reason].filter((part) => part !== "").join(": "), { most: 300 }));
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { translate, translateRead } from "../../../src/aws/client/errors.ts";
import { isRefused, isTransient, usageError } from "../../../src/domain/error.ts";

/** An error as the SDK throws it. */
function sdkError(
  name: string,
  message: string,
  rest: { readonly status?: number; readonly code?: string; readonly cause?: unknown } = {},
) {
  const { status, code, cause } = rest;
  return Object.assign(new Error(message, { cause }), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...(code === undefined ? {} : { code }),
  });
}

const refused = (port: number) => sdkError("Error", `connect ECONNREFUSED 127.0.0.1:${port}`, { code: "ECONNREFUSED" });

/** code, exit code, fault, effect: what a caller and a journal decide by. */
type Row = readonly [string, unknown, string, number, "operator" | "remote", "none" | "unknown"];

const ROWS: readonly Row[] = [
  ["no region", sdkError("Error", "Region is missing"), "aws-regionless", 6, "operator", "none"],
  ["expired", sdkError("ExpiredTokenException", "expired", { status: 400 }), "aws-expired", 4, "operator", "none"],
  ["expired, of RDS", sdkError("ExpiredToken", "expired", { status: 403 }), "aws-expired", 4, "operator", "none"],
  ["SSO token expired", sdkError("TokenProviderError", "Token is expired"), "aws-expired", 4, "operator", "none"],
  [
    "SSO session expired",
    sdkError("CredentialsProviderError", "The SSO session associated with this profile has expired. To refresh …"),
    "aws-expired",
    4,
    "operator",
    "none",
  ],
  ["denied", sdkError("AccessDeniedException", "no", { status: 400 }), "aws-refused", 4, "operator", "none"],
  ["denied, of RDS", sdkError("AccessDenied", "no", { status: 403 }), "aws-refused", 4, "operator", "none"],
  [
    "unknown client",
    sdkError("UnrecognizedClientException", "no", { status: 400 }),
    "aws-refused",
    4,
    "operator",
    "none",
  ],
  ["bad key", sdkError("InvalidClientTokenId", "no", { status: 403 }), "aws-refused", 4, "operator", "none"],
  ["bad signature", sdkError("SignatureDoesNotMatch", "no", { status: 403 }), "aws-refused", 4, "operator", "none"],
  [
    "unsigned",
    sdkError("MissingAuthenticationTokenException", "no", { status: 400 }),
    "aws-refused",
    4,
    "operator",
    "none",
  ],
  [
    "no credentials",
    sdkError("CredentialsProviderError", "Could not load credentials from any providers"),
    "aws-missing",
    4,
    "operator",
    "none",
  ],
  [
    "throttled",
    sdkError("ThrottlingException", "Rate exceeded", { status: 400 }),
    "aws-throttled",
    1,
    "remote",
    "none",
  ],
  [
    "throttled, of EC2",
    sdkError("RequestLimitExceeded", "slow", { status: 503 }),
    "aws-throttled",
    1,
    "remote",
    "none",
  ],
  [
    "throttled by a proxy",
    sdkError("SyntaxError", "Unexpected token <", { status: 429 }),
    "aws-throttled",
    1,
    "remote",
    "none",
  ],
  ["nobody listens", refused(443), "aws-unreachable", 1, "remote", "none"],
  [
    "nobody listens, as the cause",
    sdkError("Error", "fetch failed", { cause: refused(443) }),
    "aws-unreachable",
    1,
    "remote",
    "none",
  ],
  [
    "nobody listens at either address",
    new AggregateError([refused(1), refused(2)]),
    "aws-unreachable",
    1,
    "remote",
    "none",
  ],
  [
    "nobody listens at either address, as the cause",
    sdkError("Error", "", { cause: new AggregateError([refused(1), refused(2)]) }),
    "aws-unreachable",
    1,
    "remote",
    "none",
  ],
  [
    "no such name",
    sdkError("Error", "getaddrinfo ENOTFOUND x", { code: "ENOTFOUND" }),
    "aws-unreachable",
    1,
    "remote",
    "none",
  ],
  ["reset", sdkError("TimeoutError", "socket hang up", { code: "ECONNRESET" }), "aws-silent", 1, "remote", "unknown"],
  ["no answer in time", sdkError("TimeoutError", "Request timed out"), "aws-silent", 1, "remote", "unknown"],
  ["no error at all", undefined, "aws-silent", 1, "remote", "unknown"],
  [
    "HTML 500",
    sdkError("SyntaxError", "Unexpected token < in JSON", { status: 500 }),
    "aws-broken",
    1,
    "remote",
    "unknown",
  ],
  [
    "HTML 503 to a Query service",
    sdkError("Unknown", "Unknown", { status: 503 }),
    "aws-broken",
    1,
    "remote",
    "unknown",
  ],
  [
    "HTML 200 of a captive portal",
    sdkError("Error", "@aws-sdk XML parse error: <br>\n  see {error}.$response", { status: 200 }),
    "aws-broken",
    1,
    "remote",
    "unknown",
  ],
  [
    "a server's fault",
    sdkError("ServerException", "Service Unavailable", { status: 500 }),
    "aws-broken",
    1,
    "remote",
    "unknown",
  ],
  [
    "no cluster",
    sdkError("ClusterNotFoundException", "Cluster not found.", { status: 400 }),
    "aws-absent",
    6,
    "operator",
    "none",
  ],
  [
    "no service",
    sdkError("ServiceNotFoundException", "Service not found.", { status: 400 }),
    "aws-absent",
    6,
    "operator",
    "none",
  ],
  ["rejected", sdkError("InvalidParameterException", "No", { status: 400 }), "aws-rejected", 1, "remote", "none"],
  [
    "HTML 403 of a proxy",
    sdkError("SyntaxError", "Unexpected token <", { status: 403 }),
    "aws-rejected",
    1,
    "remote",
    "none",
  ],
  [
    "a name out of JavaScript's own cupboard",
    sdkError("constructor", "x", { status: 400 }),
    "aws-rejected",
    1,
    "remote",
    "none",
  ],
];

describe("a failed call, for people and for the journal", () => {
  it.each(ROWS)("%s", (_name, failure, code, exitCode, fault, effect) => {
    const error = translate(failure, "ecs:UpdateService");
    expect(error.detail).toMatchObject({ code, exitCode, fault, effect });
    expect(error.detail.next?.length).toBeGreaterThan(0);
    // Only where nothing can have happened is that said.
    expect(error.detail.unchanged !== undefined).toBe(effect === "none");
    expect(translateRead(failure, "ecs:DescribeServices").detail.effect).toBe("none");
  });

  it("reads like this", () => {
    expect(
      ROWS.map(([, failure]) => translate(failure, "ecs:UpdateService").message).join("\n"),
    ).toMatchInlineSnapshot(`
      "no AWS region is given: neither the target, nor a flag, nor the environment names one
      AWS says that these credentials have expired (ecs:UpdateService: ExpiredTokenException: expired)
      AWS says that these credentials have expired (ecs:UpdateService: ExpiredToken: expired)
      AWS says that these credentials have expired (ecs:UpdateService: TokenProviderError: Token is expired)
      AWS says that these credentials have expired (ecs:UpdateService: CredentialsProviderError: The SSO session associated with this profile has expired. To refresh …)
      AWS refused ecs:UpdateService to these credentials: AccessDeniedException: no
      AWS refused ecs:UpdateService to these credentials: AccessDenied: no
      AWS refused ecs:UpdateService to these credentials: UnrecognizedClientException: no
      AWS refused ecs:UpdateService to these credentials: InvalidClientTokenId: no
      AWS refused ecs:UpdateService to these credentials: SignatureDoesNotMatch: no
      AWS refused ecs:UpdateService to these credentials: MissingAuthenticationTokenException: no
      no AWS credentials were found: CredentialsProviderError: Could not load credentials from any providers
      AWS throttled ecs:UpdateService: ThrottlingException: Rate exceeded
      AWS throttled ecs:UpdateService: RequestLimitExceeded: slow
      AWS throttled ecs:UpdateService: HTTP 429 with a body that is not an AWS answer
      cannot reach AWS for ecs:UpdateService: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:443
      cannot reach AWS for ecs:UpdateService: ECONNREFUSED: fetch failed
      cannot reach AWS for ecs:UpdateService: AggregateError: ECONNREFUSED
      cannot reach AWS for ecs:UpdateService: ECONNREFUSED: ECONNREFUSED
      cannot reach AWS for ecs:UpdateService: ENOTFOUND: getaddrinfo ENOTFOUND x
      the connection broke before AWS answered ecs:UpdateService: socket hang up
      the connection broke before AWS answered ecs:UpdateService: Request timed out
      the connection broke before AWS answered ecs:UpdateService: HTTP ?
      AWS failed to answer ecs:UpdateService: HTTP 500 with a body that is not an AWS answer
      AWS failed to answer ecs:UpdateService: HTTP 503 with a body that is not an AWS answer
      AWS failed to answer ecs:UpdateService: HTTP 200 with a body that is not an AWS answer
      AWS failed to answer ecs:UpdateService: ServerException: Service Unavailable
      AWS knows no such thing (ecs:UpdateService: ClusterNotFoundException: Cluster not found.)
      AWS knows no such thing (ecs:UpdateService: ServiceNotFoundException: Service not found.)
      AWS rejected ecs:UpdateService: InvalidParameterException: No
      AWS rejected ecs:UpdateService: HTTP 403 with a body that is not an AWS answer
      AWS rejected ecs:UpdateService: constructor: x"
    `);
  });

  it("is told once: an error for people passes as it is", () => {
    const own = usageError("x", "y");
    expect(translate(own, "ecs:UpdateService")).toBe(own);
  });

  it("may be worth asking again only where nothing was wrong with the request", () => {
    const transient = ROWS.filter(([, failure]) => isTransient(translate(failure, "ecs:X"))).map(([, , code]) => code);
    expect(new Set(transient)).toEqual(new Set(["aws-throttled", "aws-unreachable", "aws-silent", "aws-broken"]));
    expect(isTransient(usageError("x", "y"))).toBe(false);
  });

  it("is a refusal only where AWS said no to these credentials", () => {
    const refusals = ROWS.filter(([, failure]) => isRefused(translateRead(failure, "ecs:X"))).map(([, , code]) => code);
    expect(new Set(refusals)).toEqual(new Set(["aws-refused"]));
    expect(isRefused(usageError("x", "y"))).toBe(false);
  });

  it("never hands on what moves a cursor, hides text or fills the screen, whatever the server sent", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ maxLength: 9000 }),
      fc.constant("\u001b[2J\r\u202e\u200b"),
    );
    const statuses = fc.option(fc.integer({ min: 200, max: 599 }), { nil: undefined });
    fc.assert(
      fc.property(texts, texts, statuses, (name, message, status) => {
        const failure = sdkError(name, message, status === undefined ? {} : { status });
        const { message: shown } = translate(failure, "ecs:UpdateService");
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown.length).toBeLessThan(3300);
      }),
    );
    expect(translate(sdkError("X", "y".repeat(9000), { status: 400 }), "ecs:X").message.length).toBeLessThan(400);
  });
});

describe("the SDK's own sentences", () => {
  const HINT =
    "Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
  it.each<[string, ReturnType<typeof sdkError>, string, string]>([
    [
      "a number that is none",
      sdkError("TypeError", `Expected real number, got implicit NaN\n  ${HINT}`, { status: 200 }),
      "aws-broken",
      "AWS failed to answer x:Y: HTTP 200 with a body that is not an AWS answer",
    ],
    [
      "the same without a status",
      sdkError("TypeError", `Expected real number\n  ${HINT}`),
      "aws-broken",
      "AWS failed to answer x:Y: a body that is not an AWS answer",
    ],
    [
      "no connection in time",
      sdkError(
        "TimeoutError",
        "@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 3000 ms.",
      ),
      "aws-unreachable",
      "cannot reach AWS for x:Y: no connection within 3 s",
    ],
    [
      "no answer in time",
      sdkError(
        "TimeoutError",
        "@smithy/node-http-handler - [ERROR] a request has exceeded the configured 4000 ms requestTimeout.",
      ),
      "aws-silent",
      "the connection broke before AWS answered x:Y: no answer within 4 s",
    ],
    [
      "silence",
      sdkError(
        "TimeoutError",
        "@smithy/node-http-handler - the request socket timed out after 2500 ms of inactivity (configured by client requestHandler).",
      ),
      "aws-silent",
      "the connection broke before AWS answered x:Y: nothing for 2.5 s",
    ],
    [
      "anything else of its packages",
      sdkError("Error", "@aws-sdk/core::parse - it is odd"),
      "aws-silent",
      "the connection broke before AWS answered x:Y: it is odd",
    ],
  ])("of %s are not for operators", (_name, error, code, message) => {
    const { detail } = translate(error, "x:Y");
    expect([detail.code, detail.message]).toEqual([code, message]);
  });

  it("leaves what a server says as it is", () => {
    const error = sdkError("ClientException", "the @smithy/x - thing", { status: 400 });
    expect(translate(error, "x:Y").message).toBe("AWS rejected x:Y: ClientException: the @smithy/x - thing");
  });

  it("takes a certificate that is not trusted for a request that was never sent", () => {
    const error = sdkError("Error", "self-signed certificate in certificate chain", {
      code: "SELF_SIGNED_CERT_IN_CHAIN",
    });
    expect(translate(error, "x:Y").detail).toMatchObject({ code: "aws-untrusted", effect: "none" });
  });
});

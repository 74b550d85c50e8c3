import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactText } from "../../src/domain/redact.ts";

const token = `IQoJb3JpZ2luX2Vj${"Ab9/+".repeat(30)}==`;
const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA0canary\nsecondline\n-----END RSA PRIVATE KEY-----";

/** What must not be found afterwards, and the text it stands in. */
const CANARIES: readonly (readonly [string, string, string])[] = [
  ["a long-lived access key", "AKIAIOSFODNN7EXAMPLE", "used AKIAIOSFODNN7EXAMPLE here"],
  ["a session's access key", "ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"],
  [
    "a secret access key in an environment",
    "wJalrXUtnFEMI/K7MDENG",
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  ],
  [
    "a secret access key in JSON",
    "wJalrXUtnFEMI/K7MDENG",
    '{"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}',
  ],
  ["a session token", token.slice(20, 60), `x-amz: ${token}`],
  ["a session token in a query", "Zm9vYmFy", "https://x.amazonaws.com/?X-Amz-Security-Token=Zm9vYmFyYmF6&X-Amz-Date=1"],
  ["a bearer token", "eyJhbGciOiJI", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc"],
  ["a bearer token alone", "eyJhbGciOiJI", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc"],
  ["a session token alone", token.slice(20, 60), token],
  ["a private key alone", "secondline", key],
  ["a password in a URL", "hunter2", "postgres://vulcan:hunter2@db.internal:5432/vulcan"],
  ["a password with an @ in a URL", "unter2", "postgres://vulcan:h@unter2@db.internal:5432/vulcan"],
  ["a password with a slash in a URL", "nter2", "postgres://vulcan:hu/nter2@db.internal/vulcan"],
  ["a password without a user in a URL", "hunter2", "redis://:hunter2@cache.internal:6379"],
  ["password=…", "hunter2", "host=db user=vulcan password=hunter2 sslmode=require"],
  ["PGPASSWORD=…", "hunter2", "PGPASSWORD=hunter2 psql -h db"],
  ["a quoted password with spaces", "battery", 'password = "correct horse battery staple"'],
  ["a password in YAML", "hunter2", "db:\n  password: hunter2\n  user: x"],
  ["a password in JSON within JSON", "hunter22", '{"msg":"{\\"password\\":\\"hunter22\\"}"}'],
  ["an API key", "k3y0123456", "api_key: k3y0123456789"],
  ["a Slack webhook", "B00000000", "posting to https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX"],
  ["a private key over several lines", "secondline", `config:\n${key}\nrest`],
  ["a private key that was cut off", "0canary", key.slice(0, 60)],
];

/** What operators read every day, and must be able to read. */
const ORDINARY = [
  "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod",
  "arn:aws:ecs:eu-west-1:111122223333:task/vulcan-prod/0f3a9c1be2d94c0f8a7b6c5d4e3f2a1b",
  "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
  "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan/73e2d6bc24d8a067",
  "arn:aws:iam::111122223333:role/vulcan-ops",
  "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:v1.42.0",
  "is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/vulcan-AbCdEf",
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed",
  "ExpiredTokenException: The security token included in the request is expired",
  "UnrecognizedClientException: The security token included in the request is invalid.",
  "(service vulcan-prod) (task 0f3a9c1b) (port 8080) is unhealthy in (target-group x) due to (reason Health checks failed)",
  "ecs-svc/1234567890123456789",
  "http://10.0.12.7:8080/health answered 503",
  "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:42 --force-new-deployment",
  "steps.find.taskDefinition: vulcan-prod:42, 2026-04-10T12:00:00.000Z",
  "password authentication failed for user vulcan",
];

describe("secrets", () => {
  it.each(CANARIES)("%s does not reach the disk", (_name, canary, text) => {
    expect(text).toContain(canary);
    expect(redactText(text)).not.toContain(canary);
    expect(JSON.stringify(redact({ deep: [{ text }, { more: { text } }] }))).not.toContain(canary);
  });

  it.each([
    "password",
    "MasterUserPassword",
    "sessionToken",
    "tokenValue",
    "clientSecret",
    "apiKey",
    "SecretAccessKey",
  ])("the whole member %s is left out, whatever its text looks like", (name) => {
    expect(redact({ input: { [name]: "hunter2" } })).toEqual({ input: { [name]: "[redacted]" } });
  });

  it("several in one text are all found", () => {
    const text = CANARIES.map(([, , part]) => part).join("\n");
    for (const [, canary] of CANARIES) expect(redactText(text)).not.toContain(canary);
  });
});

describe("everything else", () => {
  it.each(ORDINARY)("stays as it is: %s", (text) => {
    expect(redactText(text)).toBe(text);
    expect(redact({ text, list: [text] })).toEqual({ text, list: [text] });
  });

  it("stays as it is all together, one thing a line", () => {
    expect(redactText(ORDINARY.join("\n"))).toBe(ORDINARY.join("\n"));
  });

  it("a reference to a secret is kept: it names the secret and does not hold it", () => {
    const reference = {
      password: { secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db", version: "1" },
    };
    expect(redact(reference)).toEqual(reference);
  });

  it("numbers, truth values and nulls pass; redacting twice is redacting once", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = redact(value);
        expect(redact(once)).toEqual(once);
      }),
    );
    expect(redact({ a: 1, b: true, c: null })).toEqual({ a: 1, b: true, c: null });
  });
});

// Of the older patterns the first took half a minute for a tenth of this text, and a hundred times as long for all of it.
describe("a long text that is made to be slow", () => {
  it.each([
    "password",
    "://a:",
    "arn:aws:secret:",
    'password="',
    "token ",
    "bearer ",
    "-----BEGIN ",
    "AKIA",
    "secret = '",
  ])("of %j again and again is passed over once", (piece) => {
    const text = piece.repeat(300_000);
    expect(redactText(text).length).toBeGreaterThan(0);
  });
});

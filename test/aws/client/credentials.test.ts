import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readAwsFiles } from "../../../src/aws/client/aws-files.ts";
import { type CredentialSettings, profileInUse, shareCredentials } from "../../../src/aws/client/credentials.ts";
import { PROFILE_FLAG, type ProfileChoice } from "../../../src/domain/aws/credential-source.ts";
import { OpsError } from "../../../src/domain/error.ts";

const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-credentials-"));
const AWS_CONFIG_FILE = join(folder, "config");
const AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
const TOKEN = join(folder, "token");
writeFileSync(TOKEN, "a-token\n");

const helper = (script: string): string => {
  const path = join(folder, `${Math.abs(hash(script))}.sh`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
};
const hash = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7);
const printing = (expiration: string): string =>
  helper(`echo '{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"x","Expiration":"${expiration}"}'`);

writeFileSync(
  AWS_CONFIG_FILE,
  `[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = x
[profile base]
aws_access_key_id = AKIDBASE
aws_secret_access_key = x
[profile half]
aws_access_key_id = AKIDHALF
[profile plain]
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = base
[profile chained]
role_arn = arn:aws:iam::111122223333:role/second
source_profile = role
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/op
[profile sourceless]
role_arn = arn:aws:iam::111122223333:role/operator
[profile lost]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = nowhere
[profile ring]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = ring2
[profile ring2]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = ring
[profile itself]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = itself
aws_access_key_id = AKIDITSELF
aws_secret_access_key = x
[profile refused]
role_arn = arn:aws:iam::111122223333:role/refused
source_profile = base
[profile envrole]
role_arn = arn:aws:iam::111122223333:role/operator
credential_source = Environment
[profile web]
role_arn = arn:aws:iam::111122223333:role/web
web_identity_token_file = ${TOKEN}
[profile webless]
role_arn = arn:aws:iam::111122223333:role/web
web_identity_token_file = ${folder}/absent
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Operator
[profile by-sso]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = sso
[profile sso-short]
sso_session = corp
[profile sso-torn]
sso_session = gone
sso_account_id = 111122223333
sso_role_name = Operator
[profile proc]
credential_process = ${printing("2036-01-01T00:00:00Z")}
[profile both]
aws_access_key_id = AKIDBOTH
aws_secret_access_key = x
credential_process = ${printing("2036-01-01T00:00:00Z")}
[profile proc-fails]
credential_process = ${helper("echo 'touch the key: \u001b[31mtimed out' >&2; exit 3")}
[profile proc-json]
credential_process = ${helper("echo hello")}
[profile proc-absent]
credential_process = ${folder}/absent-helper
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
`,
);
writeFileSync(AWS_SHARED_CREDENTIALS_FILE, "[shared]\naws_access_key_id = AKIDSHARED\naws_secret_access_key = x\n");

/** What STS got, in order; and how long the keys that it gives live. */
let asked: URLSearchParams[] = [];
let signedBy: string[] = [];
let goodCode = "123456";
let lifeMs = 3_600_000;
const server = createServer(async (request, response) => {
  if (request.url?.startsWith("/sso")) return answerSso(response);
  let body = "";
  for await (const part of request) body += part;
  const input = new URLSearchParams(body);
  asked.push(input);
  signedBy.push(/Credential=([^/]*)/.exec(request.headers.authorization ?? "")?.[1] ?? "");
  const code = input.get("TokenCode");
  const problem =
    code !== null && code !== goodCode
      ? "MultiFactorAuthentication failed with invalid MFA one time pass code."
      : input.get("RoleArn")?.endsWith("/refused")
        ? "User is not authorized to perform: sts:AssumeRole"
        : undefined;
  if (problem !== undefined) {
    const text = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${problem}</Message></Error></ErrorResponse>`;
    return void response.writeHead(403, { "content-type": "text/xml" }).end(text);
  }
  const action = input.get("Action");
  const end = new Date(now + lifeMs).toISOString();
  const keys = `<AccessKeyId>ASIA${asked.length}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${end}</Expiration>`;
  const text = `<${action}Response><${action}Result><Credentials>${keys}</Credentials></${action}Result></${action}Response>`;
  response.writeHead(200, { "content-type": "text/xml" }).end(text);
});
let portal = 200;
const SSO_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  401: ["UnauthorizedException", "Session token not found or invalid"],
  403: ["ForbiddenException", "No access"],
};
function answerSso(response: ServerResponse): void {
  const [name, message] = SSO_ERRORS[portal] ?? [];
  const roleCredentials = { accessKeyId: "ASIASSO", secretAccessKey: "x", sessionToken: "t", expiration: now + lifeMs };
  response
    .writeHead(portal, { "content-type": "application/json", ...(name && { "x-amzn-errortype": name }) })
    .end(JSON.stringify(name ? { message } : { roleCredentials }));
}
let now = Date.now();
let endpoint = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  signedBy = [];
  goodCode = "123456";
  lifeMs = 3_600_000;
  now = Date.now();
});

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" };
const POD = { AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN, AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/pod" };
const flag = (name: string): ProfileChoice => ({ name, by: PROFILE_FLAG });
const variable = (name: string): ProfileChoice => ({ name, by: "AWS_PROFILE" });

async function settingsOf(
  choice?: ProfileChoice,
  env: NodeJS.ProcessEnv = {},
  more: Partial<CredentialSettings> = {},
): Promise<CredentialSettings> {
  const all = { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, PATH: process.env.PATH, ...env };
  const client = async () => ({ endpoint, ignoreConfiguredEndpointUrls: true, maxAttempts: 1 });
  const files = await readAwsFiles(all);
  return { env: all, files, choice, region: "eu-west-1", client, slow: () => undefined, now: () => now, ...more };
}

async function shared(...args: Parameters<typeof settingsOf>) {
  return shareCredentials(await settingsOf(...args));
}

async function keyAndSource(...args: Parameters<typeof settingsOf>): Promise<string> {
  const { sign, life } = await shared(...args);
  return `${(await sign()).accessKeyId} by ${(await life()).source.text}`;
}

async function failureOf(...args: Parameters<typeof settingsOf>) {
  const { life } = await shared(...args);
  const error: unknown = await life().catch((failure: unknown) => failure);
  if (!(error instanceof OpsError)) throw new Error(`no error for people: ${String(error)}`);
  return error.detail;
}

describe("whose credentials, in the AWS CLI's order", () => {
  it.each<[string, ProfileChoice | undefined, NodeJS.ProcessEnv, string]>([
    ["the flag before keys", flag("base"), KEYS, "AKIDBASE by profile base (keys)"],
    [
      "keys before AWS_PROFILE",
      variable("base"),
      KEYS,
      "AKIDENV by keys of the environment, not profile base of AWS_PROFILE",
    ],
    [
      "keys before the file",
      { name: "base", by: "vulcan-ops.yaml" },
      KEYS,
      "AKIDENV by keys of the environment, not profile base of vulcan-ops.yaml",
    ],
    ["AWS_PROFILE", variable("base"), {}, "AKIDBASE by profile base of AWS_PROFILE (keys)"],
    ["the default profile", undefined, {}, "AKIDDEFAULT by profile default (keys)"],
    ["an empty key is none", undefined, { AWS_ACCESS_KEY_ID: "" }, "AKIDDEFAULT by profile default (keys)"],
    ["the credentials file", flag("shared"), {}, "AKIDSHARED by profile shared (keys)"],
    ["a pod's token before keys of the default profile", undefined, POD, "ASIA1 by web identity of the environment"],
    ["a role before a pod's token", variable("role"), POD, "ASIA1 by profile role of AWS_PROFILE (role by base)"],
    ["the flag before a pod's token", flag("base"), POD, "AKIDBASE by profile base (keys)"],
    ["a role", flag("role"), {}, "ASIA1 by profile role (role by base)"],
    ["a chain of roles", flag("chained"), {}, "ASIA2 by profile chained (role by role)"],
    ["a role by its own keys", flag("itself"), {}, "ASIA1 by profile itself (role by itself)"],
    ["a role by the environment", flag("envrole"), KEYS, "ASIA1 by profile envrole (role by Environment)"],
    ["a web identity", flag("web"), {}, "ASIA1 by profile web (web identity)"],
    ["a helper", flag("proc"), {}, "AKIDPROC by profile proc (credential_process)"],
    ["a helper before keys of the same file", flag("both"), {}, "AKIDPROC by profile both (credential_process)"],
  ])("%s", async (_name, choice, env, expected) => {
    expect(await keyAndSource(choice, env)).toBe(expected);
  });

  it("signs for a role by the keys of its source, and a pod's token by none", async () => {
    await keyAndSource(flag("chained"));
    expect(signedBy).toEqual(["AKIDBASE", "ASIA1"]);
    expect(asked.map((input) => input.get("RoleArn")?.split("/").at(-1))).toEqual(["operator", "second"]);
    await keyAndSource(undefined, POD);
    expect([signedBy.at(-1), asked.at(-1)?.get("WebIdentityToken")]).toEqual(["", "a-token"]);
  });

  it.each<[ProfileChoice | undefined, NodeJS.ProcessEnv, string | undefined]>([
    [flag("base"), KEYS, "base"],
    [variable("base"), KEYS, undefined],
    [variable("base"), POD, undefined],
    [variable("role"), POD, "role"],
    [variable("base"), {}, "base"],
    [undefined, {}, undefined],
  ])("prints `aws` lines for the same identity: %j", async (choice, env, expected) => {
    expect(profileInUse(await settingsOf(choice, env))).toBe(expected);
  });
});

describe("why there are no credentials, and what to type for this profile", () => {
  afterEach(() => vi.unstubAllEnvs());
  const SSO = "aws sso login --profile sso";
  it.each<[string, ProfileChoice | undefined, NodeJS.ProcessEnv, string, RegExp, RegExp]>([
    [
      "unknown",
      flag("bsae"),
      {},
      "profile-unknown",
      /no profile bsae, which --profile names: there are default, base/,
      /^aws configure list-profiles$/,
    ],
    [
      "unknown, of a variable",
      variable("bsae"),
      {},
      "profile-unknown",
      /which AWS_PROFILE names/,
      /^unset AWS_PROFILE$/,
    ],
    [
      "half a pair",
      undefined,
      { AWS_ACCESS_KEY_ID: "AKID" },
      "credentials-partial",
      /AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not/,
      /^unset AWS_ACCESS_KEY_ID$/,
    ],
    [
      "half a pair, of a profile",
      flag("half"),
      {},
      "credentials-partial",
      /of profile half is set/,
      /^aws configure --profile half$/,
    ],
    [
      "nothing in it",
      flag("plain"),
      { AWS_EC2_METADATA_DISABLED: "true" },
      "aws-missing",
      /profile plain has no keys/,
      /^aws configure sso --profile plain$/,
    ],
    ["no source", flag("sourceless"), {}, "profile-incomplete", /has role_arn, and neither/, /--profile sourceless$/],
    [
      "a source that there is not",
      flag("lost"),
      {},
      "profile-unknown",
      /no profile nowhere, which source_profile of profile lost names/,
      /^correct source_profile of profile lost$/,
    ],
    ["a ring", flag("ring"), {}, "profile-incomplete", /from itself: ring → ring2 → ring/, /--profile/],
    [
      "a role that is refused",
      flag("refused"),
      {},
      "aws-refused",
      /refused the role .*role\/refused of profile refused/,
      /^aws sts get-caller-identity --profile refused$/,
    ],
    ["no token file", flag("webless"), {}, "token-unreadable", /cannot be read \(ENOENT\)/, /^$/],
    [
      "no SSO session",
      flag("sso"),
      {},
      "aws-expired",
      /there is no SSO session for profile sso/,
      new RegExp(`^${SSO}$`),
    ],
    ["no SSO session of the source", flag("by-sso"), {}, "aws-expired", /for profile sso$/, new RegExp(`^${SSO}$`)],
    [
      "short of SSO settings",
      flag("sso-short"),
      {},
      "profile-incomplete",
      /lacks sso_account_id and sso_role_name/,
      /^aws configure sso --profile sso-short$/,
    ],
    [
      "no section of the session",
      flag("sso-torn"),
      {},
      "profile-incomplete",
      /\[sso-session gone\], and there is none/,
      /--profile sso-torn$/,
    ],
    [
      "a helper that fails",
      flag("proc-fails"),
      {},
      "credential-process-failed",
      /proc-fails failed \(exit 3\): touch the key: \\u\{1b\}\[31mtimed out$/,
      /--profile proc-fails$/,
    ],
    [
      "a helper that prints no keys",
      flag("proc-json"),
      {},
      "credential-process-failed",
      /printed no JSON/,
      /--profile proc-json$/,
    ],
    [
      "no such helper",
      flag("proc-absent"),
      {},
      "credential-process-failed",
      /failed \(exit 127\): .*not found/,
      /--profile proc-absent$/,
    ],
    [
      "MFA without a terminal",
      flag("mfa"),
      {},
      "mfa-needed",
      /there is no terminal/,
      /^eval "\$\(aws configure export-credentials --profile mfa --format env\)"$/,
    ],
  ])("%s", async (_name, choice, env, code, message, next) => {
    // The SDK reads it from the process.
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const detail = await failureOf(choice, env);
    expect([detail.code, detail.exitCode, detail.message]).toEqual([code, 4, expect.stringMatching(message)]);
    expect(detail.next?.length === 0 ? [""] : detail.next).toContainEqual(expect.stringMatching(next));
  });
});

describe("an SSO session", () => {
  const cache = join(folder, ".aws", "sso", "cache");
  const session = (expiresAt: string) => {
    mkdirSync(cache, { recursive: true });
    const file = `${createHash("sha1").update("corp").digest("hex")}.json`;
    writeFileSync(join(cache, file), JSON.stringify({ accessToken: "a", expiresAt }));
  };
  beforeEach(() => {
    vi.stubEnv("HOME", folder);
    vi.stubEnv("AWS_ENDPOINT_URL_SSO", `${endpoint}/sso`);
  });
  afterEach(() => vi.unstubAllEnvs());

  it.each<[string, string, number | undefined, string, RegExp]>([
    ["that is over", "2020-01-01T00:00:00Z", undefined, "aws-expired", /^the SSO session has expired for profile sso$/],
    [
      "that was ended elsewhere",
      "2036-01-01T00:00:00Z",
      401,
      "aws-expired",
      /^the SSO session has expired for profile sso$/,
    ],
    ["without the role", "2036-01-01T00:00:00Z", 403, "aws-refused", /gives profile sso no access to its role/],
  ])("%s", async (_name, expiresAt, status, code, message) => {
    session(expiresAt);
    portal = status ?? 200;
    const detail = await failureOf(flag("sso"));
    expect([detail.code, detail.message]).toEqual([code, expect.stringMatching(message)]);
    expect(detail.next?.[0]).toBe("aws sso login --profile sso");
  });

  it("gives keys, and is the source of a role", async () => {
    session("2036-01-01T00:00:00Z");
    portal = 200;
    expect(await keyAndSource(flag("sso"))).toBe("ASIASSO by profile sso (SSO)");
    await keyAndSource(flag("by-sso"));
    expect(signedBy.at(-1)).toBe("ASIASSO");
  });

  it("that nothing answers for is no matter of credentials", async () => {
    session("2036-01-01T00:00:00Z");
    vi.stubEnv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1");
    const detail = await failureOf(flag("sso"));
    expect([detail.code, detail.exitCode]).toEqual(["aws-unreachable", 1]);
  });
});

describe("an MFA code", () => {
  const at = (answers: (string | undefined)[]) => {
    const questions: string[] = [];
    const askHidden = async (question: string) => {
      questions.push(question);
      return answers.shift();
    };
    return { questions, askHidden };
  };

  it("is asked for once for all clients, and names its device", async () => {
    const { questions, askHidden } = at(["123 456"]);
    const { sign } = await shared(flag("mfa"), {}, { askHidden });
    const keys = await Promise.all([sign(), sign(), sign()]);
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(["ASIA1", "ASIA1", "ASIA1"]);
    expect(questions).toEqual(["MFA code of arn:aws:iam::111122223333:mfa/op for profile mfa:"]);
    expect(asked[0]?.get("TokenCode")).toBe("123456");
  });

  it("that AWS refuses is asked for again, three times at most", async () => {
    const { questions, askHidden } = at(["000000", "123456"]);
    await (await shared(flag("mfa"), {}, { askHidden })).sign();
    expect(questions[1]).toMatch(/^That code was refused\. /);
    const wrong = at(["1", "2", "3", "4"]);
    const { code } = await failureOf(flag("mfa"), {}, { askHidden: wrong.askHidden });
    expect([code, wrong.questions.length]).toEqual(["mfa-needed", 3]);
  });

  it("that is not given ends with what gives one elsewhere", async () => {
    const line = 'eval "$(aws configure export-credentials --profile mfa --format env)"';
    const nextOf = async (choice: ProfileChoice) =>
      (await failureOf(choice, {}, { askHidden: at([undefined]).askHidden })).next;
    expect(await nextOf(variable("mfa"))).toEqual([line]);
    // The flag would keep the exported keys out.
    expect(await nextOf(flag("mfa"))).toEqual([line, "then the same command without --profile"]);
  });
});

describe("credentials that end", () => {
  it("are renewed five minutes before; others use what is left meanwhile", async () => {
    const { sign, life } = await shared(flag("role"));
    await sign();
    now += 3_600_000 - 301_000;
    expect((await sign()).accessKeyId).toBe("ASIA1");
    now += 2_000;
    const keys = await Promise.all([sign(), sign()]);
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(["ASIA2", "ASIA1"]);
    expect([(await sign()).accessKeyId, asked.length]).toEqual(["ASIA2", 2]);
    expect((await life()).endsAt).toBeGreaterThan(now + 3_000_000);
  });

  it("are used to their end where they cannot be renewed, and then it says why", async () => {
    const { sign } = await shared(flag("role"));
    await sign();
    now += 3_600_000 - 120_000;
    server.closeAllConnections();
    const real = endpoint;
    endpoint = "http://127.0.0.1:1";
    try {
      expect((await sign()).accessKeyId).toBe("ASIA1");
      now += 121_000;
      await expect(sign()).rejects.toMatchObject({ detail: { code: "aws-unreachable" } });
    } finally {
      endpoint = real;
    }
    expect((await sign()).accessKeyId).toBe("ASIA2");
  });

  it("and only ever live short are not asked for at each request", async () => {
    lifeMs = 120_000;
    const { sign } = await shared(flag("role"));
    for (let request = 0; request < 5; request++) await sign();
    expect(asked.length).toBe(2);
  });
});

it("after a login, keys of a profile are read from the file as it is then", async () => {
  const session = (token: string) =>
    writeFileSync(
      AWS_SHARED_CREDENTIALS_FILE,
      `[login]\naws_access_key_id = AKID${token}\naws_secret_access_key = x\naws_session_token = ${token}\n`,
    );
  session("OLD");
  const env = { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE };
  const { sign, life, refresh } = await shared(flag("login"), {}, { reread: () => readAwsFiles(env) });
  expect((await sign()).accessKeyId).toBe("AKIDOLD");
  expect(await life()).toMatchObject({ isTemporary: true, source: { isRenewable: false } });
  session("NEW");
  expect((await sign()).accessKeyId).toBe("AKIDOLD");
  await refresh();
  expect((await sign()).accessKeyId).toBe("AKIDNEW");
});

it("says how long they still live, and of whom no others can come", async () => {
  const end = new Date(now + 1_200_000).toISOString();
  const { life } = await shared(undefined, { ...KEYS, AWS_SESSION_TOKEN: "t", AWS_CREDENTIAL_EXPIRATION: end });
  now += 60_000;
  expect(await life()).toMatchObject({ leftMs: 1_140_000, isTemporary: true, source: { isFixed: true } });
  const envrole = await shared(flag("envrole"), KEYS);
  expect((await envrole.life()).source).toMatchObject({ isFixed: true, isRenewable: false });
});

import { asPasted } from "../../domain/aws/pasted-line.ts";
import { commandLine } from "../../domain/command-line.ts";
import { OpsError, RUN_AGAIN } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { SecretSetting, SecretSource } from "../../domain/secret-source.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";
import { translateRead } from "../client/errors.ts";

/** A rescue waits for no secret: without the text it continues as if SQL or the admin API did not answer. */
const LIMIT_MS = 3000;

/**
 * The text of a secret (`GetSecretValue`) or of a parameter (`GetParameter`, decrypted) in the region of its ARN, or the
 * member of its JSON. For the sender alone: it is kept nowhere. Throws OpsError, without any part of the text.
 */
export async function readSourceText(
  clients: Clients,
  source: SecretSource,
  setting: SecretSetting,
  profile?: string,
): Promise<string> {
  const own = clients.in(source.region);
  const reading = source.service === "ssm" ? parameterText(own, source) : secretText(own, source);
  const whole = await withTimeLimit(LIMIT_MS, reading).catch((failure: unknown) => {
    throw refusalOf(failure, { source, setting, profile });
  });
  const text = (source.key === undefined ? whole : memberOf(whole, source.key, { source, setting, profile })).trim();
  if (text !== "") return text;
  throw unfit("secret-empty", { source, setting, profile }, "is empty", putLine(source));
}

async function secretText(clients: Clients, { arn, stage, version }: SecretSource): Promise<string> {
  const [client, { GetSecretValueCommand }] = await Promise.all([clients.secrets(), import("../sdk/secrets.ts")]);
  const which = { ...(stage && { VersionStage: stage }), ...(version && { VersionId: version }) };
  const answer = await client.send(new GetSecretValueCommand({ SecretId: arn, ...which }));
  return answer.SecretString ?? "";
}

async function parameterText(clients: Clients, { arn }: SecretSource): Promise<string> {
  const [client, { GetParameterCommand }] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
  const answer = await client.send(new GetParameterCommand({ Name: arn, WithDecryption: true }));
  return answer.Parameter?.Value ?? "";
}

interface Asked {
  readonly source: SecretSource;
  readonly setting: SecretSetting;
  readonly profile: string | undefined;
}

const nameOf = ({ source: { service, arn }, setting }: Asked): string =>
  `the ${service === "ssm" ? "parameter" : "secret"} of ${setting} (${arn})`;

/** Its answer goes to no screen but for the version. */
const tryLine = ({ service, arn, region }: SecretSource): string =>
  service === "ssm"
    ? commandLine`aws ssm get-parameter --region ${region} --name ${arn} --query Parameter.Version`
    : commandLine`aws secretsmanager get-secret-value --region ${region} --secret-id ${arn} --query VersionId`;

const putLine = ({ service, arn, region }: SecretSource): string =>
  service === "ssm"
    ? commandLine`aws ssm put-parameter --overwrite --type SecureString --region ${region} --name ${arn.split(":parameter")[1] ?? ""} --value file://FILE`
    : commandLine`aws secretsmanager put-secret-value --region ${region} --secret-id ${arn} --secret-string file://FILE`;

const listLine = ({ service, region }: SecretSource): string =>
  service === "ssm"
    ? commandLine`aws ssm describe-parameters --region ${region} --query ${"Parameters[].ARN"}`
    : commandLine`aws secretsmanager list-secrets --region ${region} --query ${"SecretList[].ARN"}`;

const CORRECT = "vulcan-ops config";

function refusalOf(failure: unknown, asked: Asked): OpsError {
  const { source } = asked;
  const call = source.service === "ssm" ? "ssm:GetParameter" : "secretsmanager:GetSecretValue";
  const { name = "", message = "" } = (failure ?? {}) as Partial<Error>;
  if (/^(ResourceNotFound|ParameterNotFound|ParameterVersionNotFound)/.test(name))
    return unfit("secret-absent", asked, "is not there", listLine(source), CORRECT);
  if (name === "InvalidRequestException" && /marked for deletion/i.test(message)) {
    const { arn, region } = source;
    const restore = commandLine`aws secretsmanager restore-secret --region ${region} --secret-id ${arn}`;
    return unfit("secret-deleted", asked, "is marked for deletion", restore, CORRECT);
  }
  if (message.startsWith("no answer within"))
    return unfit("secret-silent", asked, `gave ${message}`, RUN_AGAIN, tryLine(source));
  const { detail } = translateRead(failure, call);
  const next = detail.code === "aws-refused" ? ["vulcan-ops iam", ...(detail.next ?? [])] : (detail.next ?? []);
  return new OpsError({
    ...detail,
    message: `${nameOf(asked)} cannot be read: ${detail.message}`,
    next: [...new Set([...next, pasted(tryLine(source), asked)])],
  });
}

/** Names of members are not shown: a text that is no such object may have the secret there. */
function memberOf(text: string, key: string, asked: Asked): string {
  const value = objectOf(text)?.[key];
  if (typeof value === "string" || typeof value === "number") return String(value);
  const why = objectOf(text) === undefined ? "is no JSON object" : "has no such text";
  throw unfit("secret-key-absent", asked, `${why}, and ${asked.setting} asks for its member ${key}`, CORRECT);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.assign(Object.create(null), value) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

const pasted = (line: string, { profile }: Asked): string => asPasted(line, { profile });

const unfit = (code: string, asked: Asked, what: string, ...next: readonly string[]): OpsError =>
  new OpsError({
    code,
    exitCode: EXIT.failed,
    fault: "operator",
    effect: "none",
    message: `${nameOf(asked)} ${what}`,
    next: next.map((line) => pasted(line, asked)),
  });

/** The text is not what the setting is for. `what` ends a sentence about it, and repeats no part of it. */
export const unsuitedText = (source: SecretSource, setting: SecretSetting, what: string, profile?: string): OpsError =>
  unfit("secret-unsuited", { source, setting, profile }, what, putLine(source), CORRECT);

import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { record, text } from "../http/input.ts";
import type { PortProperties } from "../session-channel/port-handshake.ts";

/** A parameter of a session document: its allowed values and its default. */
interface Parameter {
  readonly pattern: RegExp;
  readonly otherwise: string;
}

/** From 1, or for a local port from 0, to 65535. */
const port = (least: number, otherwise: string): Parameter => ({
  pattern: new RegExp(
    `^([${least}-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$`,
  ),
  otherwise,
});

const PORTS = { portNumber: port(1, "80"), localPortNumber: port(0, "0") };

/** Names, patterns and defaults are as in public copies of the two documents. Those of the host are inferred. [O I] */
const DOCUMENTS = new Map<string, Readonly<Record<string, Parameter>>>([
  ["AWS-StartPortForwardingSession", PORTS],
  [
    "AWS-StartPortForwardingSessionToRemoteHost",
    { ...PORTS, host: { pattern: /^[^\s,$^&()!;'"<>`{}[\]|#=]{3,}$/, otherwise: "localhost" } },
  ],
]);

/** The default document. [D] */
const SHELL = "SSM-SessionManagerRunShell";

/** The properties from the named document and the given parameters. The text for an unknown document is AWS's. [O] */
export function portProperties(input: Input): PortProperties {
  const name = text(input, "DocumentName") ?? SHELL;
  const document = DOCUMENTS.get(name);
  if (document === undefined) throw new AwsError("InvalidDocument", `Document with name ${name} does not exist.`);
  const given = record(input, "Parameters") ?? {};
  const stray = Object.keys(given).find((one) => !Object.hasOwn(document, one));
  if (stray !== undefined) throw invalid(`Parameter "${stray}" is not defined in document ${name}.`);
  const values = Object.entries(document).map(([one, rule]) => [one, readValue(one, given[one], rule)] as const);
  return { ...(Object.fromEntries(values) as Record<keyof typeof PORTS, string>), type: "LocalPortForwarding" };
}

/** Each parameter is a list of one string. */
function readValue(name: string, given: unknown, { pattern, otherwise }: Parameter): string {
  if (given === undefined) return otherwise;
  const [value, ...more] = Array.isArray(given) ? (given as unknown[]) : [];
  if (typeof value === "string" && more.length === 0 && pattern.test(value)) return value;
  throw invalid(`Parameter "${name}" must be a list of one text that matches ${pattern.source}.`);
}

/** The code is the one of other operations with documents. The texts are the sandbox's own. [I] */
const invalid = (message: string): AwsError => new AwsError("InvalidParameters", message);

/** What the SDK's client says of time, to programmers. [O: @smithy/node-http-handler 4] */
const OF_TIME: readonly (readonly [RegExp, (seconds: string) => string])[] = [
  [/did not establish a connection.* timeout of (\d+) ms/, (seconds) => `no connection within ${seconds} s`],
  [/exceeded the configured (\d+) ms requestTimeout/, (seconds) => `no answer within ${seconds} s`],
  [/timed out after (\d+) ms of inactivity/, (seconds) => `nothing for ${seconds} s`],
];

/** The SDK's own sentences in plain words; texts of servers pass as they are. */
export function plainWords(message: string): string {
  for (const [pattern, say] of OF_TIME) {
    const [, ms] = pattern.exec(message) ?? [];
    if (ms !== undefined) return say(String(Number(ms) / 1000));
  }
  return message.replace(/\s*Deserialization error: .*$/s, "").replace(/^@(?:smithy|aws-sdk)\/[\w./:-]+(?: -)? /, "");
}

/** Whether the request cannot have left, since there was no connection. */
export const isUnconnected = (message: string): boolean => /did not establish a connection/.test(message);

/**
 * The errors of the SDK's parsers for a page from a proxy or a broken server, and for members that they cannot read. The
 * SDK writes to programmers then ("inspect the hidden field").
 */
export function isUnparsable(name: string | undefined, message: string): boolean {
  if (name === "SyntaxError" || (name === "Unknown" && message === name)) return true;
  return /XML parse error|Deserialization error/.test(message);
}

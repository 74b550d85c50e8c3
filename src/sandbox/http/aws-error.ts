/** An error as the service words it. `code` is the wire name; clients match on it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** What an answer in JSON says beside the message. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

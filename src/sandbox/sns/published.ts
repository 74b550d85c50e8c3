/** A message as a topic received it, kept for assertions. */
export interface Published {
  readonly topicArn: string;
  readonly messageId: string;
  readonly at: number;
  readonly subject: string | undefined;
  readonly message: string;
}

import { isTopic } from "../aws/arn.ts";
import { usageError } from "../error.ts";

/** Throws usage (exit 6) where a text is no ARN of an SNS topic. */
export function assertTopic(text: string): void {
  if (isTopic(text)) return;
  throw usageError("topic-wrong", `${text} is no ARN of an SNS topic`, ["vulcan-ops alerts --topic ARN"]);
}

import type {
  DeleteRuleCommandInput,
  PutRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
} from "@aws-sdk/client-eventbridge";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { Clients } from "../client/clients.ts";
import type { Answered, Sender } from "../sender.ts";

const sdkOf = (clients: Clients) => Promise.all([clients.events(), import("../sdk/events.ts")]);

/** Makes the rule, or replaces the one of that name. Each can be repeated: the same request leaves the same rule. [D] */
const putRule: Sender = async (clients, input) => {
  const [client, { PutRuleCommand }] = await sdkOf(clients);
  const { RuleArn, $metadata } = await client.send(new PutRuleCommand(input as unknown as PutRuleCommandInput));
  return { requestId: $metadata.requestId, answer: { rule: RuleArn ?? null } };
};

const deleteRule: Sender = async (clients, input) => {
  const [client, { DeleteRuleCommand }] = await sdkOf(clients);
  const { $metadata } = await client.send(new DeleteRuleCommand(input as unknown as DeleteRuleCommandInput));
  return { requestId: $metadata.requestId, answer: {} };
};

const putTargets: Sender = async (clients, input) => {
  const [client, { PutTargetsCommand }] = await sdkOf(clients);
  return accepted(await client.send(new PutTargetsCommand(input as unknown as PutTargetsCommandInput)));
};

const removeTargets: Sender = async (clients, input) => {
  const [client, { RemoveTargetsCommand }] = await sdkOf(clients);
  return accepted(await client.send(new RemoveTargetsCommand(input as unknown as RemoveTargetsCommandInput)));
};

interface Entries {
  readonly FailedEntryCount?: number | undefined;
  readonly FailedEntries?: readonly { readonly ErrorMessage?: string | undefined }[] | undefined;
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** EventBridge answers 200 also where it has refused the target. [D: FailedEntryCount] */
function accepted({ FailedEntryCount = 0, FailedEntries = [], $metadata }: Entries): Answered {
  if (FailedEntryCount === 0) return { requestId: $metadata.requestId, answer: {} };
  const why = FailedEntries.map(({ ErrorMessage = "no reason given" }) => ErrorMessage).join("; ");
  throw new OpsError({
    code: "target-refused",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `EventBridge refused the rule's target: ${sanitise(why)}`,
  });
}

export const EVENTS_SENDERS: Readonly<Record<string, Sender>> = {
  "events:PutRule": putRule,
  "events:DeleteRule": deleteRule,
  "events:PutTargets": putTargets,
  "events:RemoveTargets": removeTargets,
};

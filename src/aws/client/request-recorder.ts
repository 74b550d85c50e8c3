import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
/** The part of an SDK client that is needed here; each client types its own middleware. */
export interface Watchable {
  readonly middlewareStack: { add(middleware: unknown, options: unknown): void };
}

interface WithHeaders {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

type Next = (args: unknown) => Promise<{ readonly response: unknown }>;

/** IAM's prefix where it is not the client's name in lower case. */
const PREFIX: Readonly<Record<string, string>> = {
  ApplicationAutoScalingClient: "application-autoscaling",
  CloudWatchLogsClient: "logs",
  EventBridgeClient: "events",
  ElasticLoadBalancingV2Client: "elasticloadbalancing",
  SecretsManagerClient: "secretsmanager",
  SFNClient: "states",
};

/** Records every request that the client sends, including the SDK's own retries. */
export function recordRequests(client: Watchable, recorder: RequestRecorder): void {
  const middleware = (next: Next, context: { readonly clientName?: string; readonly commandName?: string }) => {
    const action = actionOf(context.clientName ?? "", context.commandName ?? "");
    return async (args: unknown) => {
      const sentAt = recorder.now();
      const report = (response: WithHeaders | undefined, failure?: string) => {
        const serverTime = timeOf(response);
        recorder.record({
          action,
          ...(failure === undefined ? {} : { failure }),
          ...(serverTime === undefined ? {} : { serverTime }),
          sentAt,
          answeredAt: recorder.now(),
        });
      };
      try {
        const answer = await next(args);
        report(answer.response as WithHeaders);
        return answer;
      } catch (error) {
        const { name = "Error", $response } = error as { readonly name?: string; readonly $response?: WithHeaders };
        report($response, name);
        throw error;
      }
    };
  };
  client.middlewareStack.add(middleware, { name: "recordRequests", step: "deserialize", priority: "high" });
}

/** `ECSClient`, `ListTasksCommand` → `ecs:ListTasks`. */
export function actionOf(client: string, command: string): string {
  return `${PREFIX[client] ?? client.replace(/Client$/, "").toLowerCase()}:${command.replace(/Command$/, "")}`;
}

function timeOf(response: WithHeaders | undefined): number | undefined {
  const time = Date.parse(response?.headers?.date ?? "");
  return Number.isNaN(time) ? undefined : time;
}

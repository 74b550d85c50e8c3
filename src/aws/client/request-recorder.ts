import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
/** The part of an SDK client that is needed here; each client types its own middleware. */
export interface Watchable {
  readonly middlewareStack: { add(middleware: unknown, options: unknown): void };
}

interface Headed {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

type Next = (args: unknown) => Promise<{ readonly response: unknown }>;

/** IAM's prefix where it is not the client's name in lower case. */
const PREFIX: Readonly<Record<string, string>> = {
  ApplicationAutoScalingClient: "application-autoscaling",
  CloudWatchLogsClient: "logs",
  ElasticLoadBalancingV2Client: "elasticloadbalancing",
  SecretsManagerClient: "secretsmanager",
};

/** Lets the witness see every request that the client sends, below the SDK's own repeating. */
export function watch(client: Watchable, witness: RequestRecorder): void {
  const middleware = (next: Next, context: { readonly clientName?: string; readonly commandName?: string }) => {
    const action = actionOf(context.clientName ?? "", context.commandName ?? "");
    return async (args: unknown) => {
      const sentAt = witness.now();
      const tell = (headed: Headed | undefined, failure?: string) => {
        const serverTime = timeOf(headed);
        witness.saw({
          action,
          ...(failure === undefined ? {} : { failure }),
          ...(serverTime === undefined ? {} : { serverTime }),
          sentAt,
          answeredAt: witness.now(),
        });
      };
      try {
        const answer = await next(args);
        tell(answer.response as Headed);
        return answer;
      } catch (error) {
        const { name = "Error", $response } = error as { readonly name?: string; readonly $response?: Headed };
        tell($response, name);
        throw error;
      }
    };
  };
  client.middlewareStack.add(middleware, { name: "witness", step: "deserialize", priority: "high" });
}

/** `ECSClient`, `ListTasksCommand` → `ecs:ListTasks`. */
export function actionOf(client: string, command: string): string {
  return `${PREFIX[client] ?? client.replace(/Client$/, "").toLowerCase()}:${command.replace(/Command$/, "")}`;
}

function timeOf(headed: Headed | undefined): number | undefined {
  const time = Date.parse(headed?.headers?.date ?? "");
  return Number.isNaN(time) ? undefined : time;
}

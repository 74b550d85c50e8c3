import { type ChildProcess, execFile, spawn } from "node:child_process";
import type { Endpoints } from "../../domain/aws/endpoints.ts";
import type { ExecPlace } from "../../domain/container-shell.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { ExecClients } from "./api.ts";
import type { ChannelEnd, ChannelPorts, Ticket } from "./data-channel.ts";
import type { ExecVia, SessionLine } from "./transport.ts";

export const PROGRAM = "session-manager-plugin";

/** The variable is passed by name, so that no process list shows the token. Plugins newer than 1.2.497 read it. */
const RESPONSE = "AWS_SSM_START_SESSION_RESPONSE_VULCAN_OPS";

interface Settings {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoints?: Endpoints;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs sessions over AWS's own plugin, for clusters that encrypt sessions with a KMS key. */
export function pluginVia(clients: ExecClients, { region = "", profile = "", endpoints, env }: Settings): ExecVia {
  return {
    async ready(place) {
      const [target] = await Promise.all([targetOf(clients, place), assertInstalled(env)]);
      // The sixth word is the SSM endpoint, which the plugin uses to reconnect. Empty means AWS's own.
      const words = [
        RESPONSE,
        region,
        "StartSession",
        profile,
        JSON.stringify({ Target: target }),
        ssmEndpoint(endpoints),
      ];
      return (ticket, ports) =>
        new PluginLine(
          spawn(PROGRAM, words, { env: { ...env, [RESPONSE]: response(ticket) }, stdio: ["pipe", "pipe", "ignore"] }),
          ports,
        );
    },
  };
}

const response = ({ sessionId, streamUrl, tokenValue }: Ticket): string =>
  JSON.stringify({ SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue });

const ssmEndpoint = (endpoints: Endpoints | undefined): string =>
  endpoints?.configured.find(({ service }) => service === "ssm")?.url ?? "";

/** `ecs:<cluster>_<task>_<runtimeId>`. The encryption uses it, too. (reference: ecs-exec.md §5) */
async function targetOf(clients: ExecClients, { cluster, task, container }: ExecPlace): Promise<string> {
  const [client, { DescribeTasksCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
  const runtime = tasks[0]?.containers?.find(({ name }) => name === container)?.runtimeId ?? "";
  return `ecs:${cluster}_${task}_${runtime}`;
}

/** Check first: ExecuteCommand starts the command, and without the plugin we could not read its output. */
function assertInstalled(env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(PROGRAM, ["--version"], { env, timeout: 5000 }, (error) => (error ? reject(missing(error)) : resolve()));
  });
}

function missing({ message }: Error): OpsError {
  return new OpsError({
    code: "exec-plugin-missing",
    exitCode: EXIT.guarded,
    fault: "operator",
    effect: "none",
    message: `${PROGRAM} cannot be run: ${message.split("\n")[0]}`,
    unchanged: "No command was started; nothing changed.",
    next: ["install it, as AWS's documentation of Session Manager says", "or leave out --exec-via plugin"],
  });
}

/** The plugin prints the command's output between its own messages. The wrapper's marks exclude the messages. */
class PluginLine implements SessionLine {
  readonly #child: ChildProcess;
  readonly #ports: ChannelPorts;
  #why: string | undefined;
  /** The beginning of the plugin's output, which reports a command that could not start. */
  #head = "";

  constructor(child: ChildProcess, ports: ChannelPorts) {
    this.#child = child;
    this.#ports = ports;
    child.stdin?.on("error", () => undefined); // the plugin has exited; "close" reports it
    child.stdout?.on("data", (bytes: Buffer) => this.#receive(bytes));
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  leave(why: string): void {
    this.#why ??= why;
    this.#child.kill();
  }

  follow(): Promise<ChannelEnd> {
    return new Promise((resolve) => {
      this.#child.once("error", (error) => resolve({ kind: "lost", why: `${PROGRAM}: ${error.message}` }));
      // The plugin's exit status says nothing: it is 0 for every result of the command.
      this.#child.once("close", () => resolve(this.#end()));
    });
  }

  #receive(bytes: Buffer): void {
    if (this.#head.length < HEAD) this.#head += bytes.toString("utf8");
    this.#ports.output(bytes);
  }

  #end(): ChannelEnd {
    if (this.#why !== undefined) return { kind: "lost", why: this.#why };
    const [refusal = ""] = /Unable to start command:[^\r\n]*/.exec(this.#head) ?? [];
    return { kind: "closed", message: refusal };
  }
}

const HEAD = 4096;

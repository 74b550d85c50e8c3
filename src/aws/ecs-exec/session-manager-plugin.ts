import { type ChildProcess, execFile, spawn } from "node:child_process";
import type { ExecPlace } from "../../domain/container-shell.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { ExecClients } from "./api.ts";
import type { ChannelEnd, ChannelPorts, Ticket } from "./data-channel.ts";
import type { ExecVia, SessionLine } from "./transport.ts";

export const PROGRAM = "session-manager-plugin";

/** Passed by name, so that the token stands in no list of processes; plugins newer than 1.2.497 read it. */
const RESPONSE = "AWS_SSM_START_SESSION_RESPONSE_VULCAN_OPS";

interface Settings {
  readonly region?: string;
  readonly profile?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** AWS's own plugin as the carrier of sessions: for clusters whose sessions are encrypted with a KMS key. */
export function pluginVia(clients: ExecClients, { region = "", profile = "", env }: Settings): ExecVia {
  return {
    async ready(place) {
      const [target] = await Promise.all([targetOf(clients, place), assertInstalled(env)]);
      // The sixth is the endpoint of SSM, by which it comes back after a lost connection; empty is AWS's own.
      const words = [RESPONSE, region, "StartSession", profile, JSON.stringify({ Target: target }), ssmEndpoint(env)];
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

const ssmEndpoint = (env: NodeJS.ProcessEnv): string => env.AWS_ENDPOINT_URL_SSM || env.AWS_ENDPOINT_URL || "";

/** `ecs:<cluster>_<task>_<runtimeId>`, which also goes into the encryption. (reference: ecs-exec.md §5) */
async function targetOf(clients: ExecClients, { cluster, task, container }: ExecPlace): Promise<string> {
  const [client, { DescribeTasksCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
  const runtime = tasks[0]?.containers?.find(({ name }) => name === container)?.runtimeId ?? "";
  return `ecs:${cluster}_${task}_${runtime}`;
}

/** The command runs from ExecuteCommand on: without the plugin nobody would come for its output. */
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

/** What the plugin prints is the command's output between its own remarks, which the wrapper's marks leave outside. */
class PluginLine implements SessionLine {
  readonly #child: ChildProcess;
  readonly #ports: ChannelPorts;
  #why: string | undefined;
  /** The beginning of what it printed, where a command that could not start is told. */
  #head = "";

  constructor(child: ChildProcess, ports: ChannelPorts) {
    this.#child = child;
    this.#ports = ports;
    child.stdin?.on("error", () => undefined); // it has gone, which "close" tells
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
      // Its exit status says nothing: it is 0 whatever became of the command.
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

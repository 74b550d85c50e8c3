import type { ClusterSetup, DefinitionSetup } from "../../domain/aws/setup.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";
import type { ExecCheck } from "../check.ts";
import { BY_TASK } from "../exec-subject.ts";

export const cluster: ExecCheck = {
  question: "whether the cluster encrypts or records sessions",
  async run({ target }, { aws, execVia }) {
    const found = await aws.setup.cluster(target.cluster);
    if (found === undefined) throw new Error(`there is no cluster ${target.cluster}`);
    return [judgeEncryption(found, execVia), judgeLogging(found)];
  },
};

/** With a key the agent asks for a KMS handshake. AWS's plugin supports it, our client does not (`ecs-exec.md` §2). */
export function judgeEncryption({ kmsKey }: ClusterSetup, via: ActionServices["execVia"]): Finding {
  if (kmsKey === undefined) return ok("exec-plain", "the cluster asks for no KMS key on sessions beside TLS");
  if (via === "plugin")
    return warn(
      "exec-encrypted",
      `the cluster encrypts sessions with ${kmsKey}: the plugin needs kms:GenerateDataKey on it`,
    );
  return block(
    "exec-encrypted",
    `the cluster encrypts sessions with ${kmsKey}; this program does not do that, and AWS's plugin does (--exec-via plugin)`,
    [BY_TASK],
  );
}

/** DEFAULT goes to the container's own awslogs, where it has them (API reference, ExecuteCommandConfiguration). */
export function judgeLogging({ logging }: ClusterSetup): Finding {
  if (logging === "NONE") return ok("exec-unrecorded", "the cluster does not record sessions");
  if (logging === "DEFAULT") return ok("exec-recorded", "what a command prints also goes to the container's own log");
  const needs = "the image needs script and cat for that, and the task role the rights";
  return warn("exec-recorded-elsewhere", `the cluster records sessions in a log of its own (${logging}): ${needs}`);
}

export const sessions: ExecCheck = {
  question: "whether the containers share one session",
  run: async (subject) => [judgeSessions(await subject.definition())],
};

/** ECS Exec has one session for each PID namespace (ECS Exec, considerations). */
export function judgeSessions({ pidMode }: DefinitionSetup): Finding {
  if (pidMode === undefined) return ok("exec-session-own", "each container has its own processes, and its own session");
  const text = `the containers share their processes (pidMode ${pidMode}): one session at a time, of all operators`;
  return warn("exec-session-shared", text);
}

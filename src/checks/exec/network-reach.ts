import type { MessagesReach } from "../../domain/aws/setup.ts";
import { notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../exec-subject.ts";

/** The route from here to the service that carries the session. */
export const networkReach: ExecCheck = {
  id: "networkReach",
  question: "whether ssmmessages can be reached from here",
  run: async ({ reads }) => [judgeReach(await reads.messagesReach())],
};

export function judgeReach(reach: MessagesReach | undefined): Finding {
  if (reach === undefined)
    return ok("exec-way-elsewhere", "requests do not go to AWS itself: ssmmessages is not tried");
  const { host, failure } = reach;
  if (failure === undefined) return ok("exec-way-open", `${host} answers on port 443`);
  const text = `${host}:443 cannot be reached from here (${failure}): sessions go there directly, through no proxy`;
  return warn("exec-way-closed", text);
}

/** What AWS shows only when it is tried, or only to clients that this program does not have. */
export const notAsked: ExecCheck = {
  id: "notAsked",
  question: "rights and endpoints",
  run: async () => [
    notChecked(
      "whether these credentials may ecs:ExecuteCommand, and the task role ssmmessages",
      "IAM is not asked; the trial command before the real one tells",
    ),
    notChecked("whether a VPC with endpoints has one for ssmmessages", "EC2 is not asked"),
  ],
};

import type { LogPlace, TaskDefinition } from "../../domain/aws/ecs.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

/** Whether each log group exists, or why that is unknown; by name. */
export type LogGroupEvidence = ReadonlyMap<string, boolean | { readonly why: string }>;

export const logGroups: RollbackCheck = {
  question: "whether the log groups of that revision exist",
  validAfterSend: true,
  async run({ wanted }, { aws }) {
    const look = ({ group, region }: LogPlace) =>
      aws.around.hasLogGroup(group, region).catch((error: Error) => ({ why: error.message }));
    const found = placesIn(wanted).map(async (place) => [place.group, await look(place)] as const);
    return judgeLogGroups(wanted, new Map(await Promise.all(found)));
  },
};

/** The awslogs driver does not start a container whose group is gone, unless it may create it (awslogs-create-group). */
export function judgeLogGroups(wanted: TaskDefinition, evidence: LogGroupEvidence): Finding[] {
  const groups = [...new Set(placesIn(wanted).map(({ group }) => group))];
  if (groups.length === 0) return [];
  const gone = groups.filter((group) => evidence.get(group) === false);
  const unseen = groups.flatMap((group) => {
    const seen = evidence.get(group);
    return typeof seen === "object" ? [notChecked(`whether the log group ${group} exists`, seen.why)] : [];
  });
  const text = (group: string) => `no task of ${wanted.name} can start: its log group ${group} is gone`;
  const bad = [...gone.map((group) => block("log-group-gone", text(group), [createLine(group)])), ...unseen];
  return bad.length > 0 ? bad : [ok("log-groups-there", `log group ${groups.join(", ")} exists`)];
}

const createLine = (group: string): string => commandLine`aws logs create-log-group --log-group-name ${group}`;

const placesIn = ({ containers }: TaskDefinition): readonly LogPlace[] =>
  containers.flatMap(({ logs }) => (logs === undefined || logs.createsGroup === true ? [] : [logs]));

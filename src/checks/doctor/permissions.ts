import { connectionsAlarmName } from "../../domain/alerts/names.ts";
import { readOwnRule } from "../../domain/alerts/own-alert.ts";
import { ECS_SOURCE, failureEvent } from "../../domain/alerts/wanted.ts";
import { isTopic } from "../../domain/aws/arn.ts";
import { familyOf, isEcrImage } from "../../domain/aws/ecs.ts";
import { type Permission, READS, WRITES } from "../../domain/aws/iam-actions.ts";
import { namesOf, policyFor } from "../../domain/aws/iam-policy.ts";
import type { AlertReads } from "../../domain/aws/reads.ts";
import type { RecordedRequest } from "../../domain/aws/recorded-request.ts";
import { readSetConnections } from "../../domain/aws/set-connections.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck, DoctorSubject } from "../doctor-subject.ts";
import { isInSecretsManager } from "../revision/secrets.ts";
import { startFindings } from "../start-findings.ts";

/** Tries every read that the product makes, and says which IAM actions are missing. */
export const permissions: DoctorCheck = {
  id: "permissions",
  question: "Permissions",
  async run(subject) {
    await tryAll(subject);
    // Those of the shared journal are its own check's.
    const isTried = ({ ofInit, ofJournal, ofFleet }: Permission) => (ofInit ?? ofJournal ?? ofFleet) !== true;
    const [reads, writes] = [READS, WRITES].map((all) => all.filter(isTried));
    return judgePermissions({ reads: reads ?? [], writes: writes ?? [] }, subject.requests, subject.target);
  },
};

const ANY_ECS = JSON.stringify({ source: [ECS_SOURCE] });

async function tryAll(doctor: DoctorSubject): Promise<void> {
  const { target, reads, sharedHolder, now } = doctor;
  const { cluster, service: name, database } = target;
  const service = reads.ecs.service(cluster, name);
  const definition = service.then(({ taskDefinition }) => reads.ecs.taskDefinition(taskDefinition));
  const containers = definition.then((found) => found?.containers ?? []);
  const tasks = reads.ecs.tasks(cluster, name, "RUNNING");
  const image = containers.then((all) => all.find((container) => isEcrImage(container.image))?.image);
  const secret = containers.then((all) => all.flatMap(({ secrets }) => secrets).find(isInSecretsManager)?.from);
  const subject = service.then((found) => reads.watch.subject(target, found));
  const lately = { from: now - 60_000, to: now };
  await Promise.allSettled([
    reads.caller(),
    reads.ecs.history(cluster, name).then(([newest]) => newest && reads.ecs.deployments([newest.arn])),
    service.then(({ taskDefinition }) => reads.ecs.revisions(familyOf(taskDefinition))),
    service.then(({ targetGroups: [group] }) => (group === undefined ? [] : reads.targetHealth(group))),
    service.then(({ targetGroups: [group] }) => (group === undefined ? 0 : reads.drainSeconds(group))),
    reads.ecs.cluster(cluster),
    reads.alarms(),
    reads.alerts.alarm(connectionsAlarmName(target)),
    reads.alerts.rulesOn(ECS_SOURCE),
    service.then(({ arn }) => reads.alerts.matches(ANY_ECS, failureEvent(arn, now))),
    alertTopic(reads.alerts, target).then((topic) => (topic === undefined ? undefined : reads.alerts.topic(topic))),
    reads.mutes.activeMutes(),
    subject.then((found) => reads.watch.metrics(found, lately)),
    subject.then((found) => reads.watch.alarmTimes(found, lately)),
    readSetConnections(reads, database),
    reads.mutes.muteRule("vulcan-ops-none"),
    sharedHolder(),
    reads.database(database),
    reads.rds.automatedBackups(database),
    reads.rds.snapshots(database),
    reads.rds.cluster(database),
    reads.rds.blueGreen(database),
    reads.rds.quotas(),
    reads.rds.events(database, now - HOUR_MS),
    reads.around.scalingTarget(cluster, name),
    reads.around.scheduledScaling(cluster, name),
    Promise.all([service, definition]).then(
      ([found, wanted]) => wanted && startFindings({ ...doctor, service: found, wanted }),
    ),
    tasks.then(([task]) => task && reads.ecs.isProtected(cluster, task.id)),
    image.then((ref) => (ref === undefined ? undefined : reads.around.image(ref))),
    image.then((ref) => (ref === undefined ? undefined : reads.around.imagePlatforms(ref))),
    secret.then((arn) => (arn === undefined ? false : reads.around.hasSecret(arn))),
    Promise.all([containers, tasks]).then(([all, [task]]) => {
      const logging = all.find(({ logs }) => logs !== undefined);
      if (logging?.logs === undefined || task === undefined) return;
      const { group, prefix, region } = logging.logs;
      const stream = `${prefix}/${logging.name}/${task.id}`;
      return Promise.allSettled([
        reads.around.logTail(group, stream, 1, region),
        reads.around.logLines(group, { streamPrefix: stream, from: now - 1000 }, region),
      ]);
    }),
  ]);
}

const HOUR_MS = 3_600_000;

const DENIED = /^(AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError)/;
/** If AWS answers that something does not exist, the call was allowed. */
const ANSWERED = /NotFound|ClientException|NotExist|NoSuchEntity/;

export function judgePermissions(
  { reads: all, writes }: { readonly reads: readonly Permission[]; readonly writes: readonly Permission[] },
  requests: readonly RecordedRequest[],
  target: Target,
): readonly Finding[] {
  const last = new Map(requests.map((request) => [request.action, request]));
  const reads = all.filter(
    ({ action, onInstances, ofAlerts, ofSettings }) =>
      (onInstances ?? ofAlerts ?? ofSettings) !== true || last.has(action),
  );
  const failureOf = ({ action }: Permission) => last.get(action)?.failure ?? "";
  const denied = reads.filter((read) => DENIED.test(failureOf(read)));
  const granted = reads.filter(
    (read) => last.has(read.action) && (failureOf(read) === "" || ANSWERED.test(failureOf(read))),
  );
  const open = reads.filter((read) => !denied.includes(read) && !granted.includes(read));
  const barring = denied.filter(({ needed }) => needed === true);
  const hindering = denied.filter(({ needed }) => needed !== true);
  return [
    ...(granted.length === 0 ? [] : [ok("reads-allowed", `${granted.length} of ${reads.length} reads are allowed`)]),
    ...missing(barring, block, (list) => `missing, and a rollback needs it: ${list}`, target),
    ...missing(hindering, warn, (list) => `missing: ${list}`, target),
    ...(open.length === 0 ? [] : [notTried(`not tested, nothing to try it on, or no answer: ${names(open)}`)]),
    {
      ...notTried("write permissions are not tested: doctor never writes", policyLine(target)),
      policy: [names(writes.filter(({ ofFleet }) => ofFleet !== true))],
    },
  ];
}

function missing(list: readonly Permission[], level: typeof warn, text: (list: string) => string, target: Target) {
  if (list.length === 0) return [];
  const found = level("permissions-missing", text(names(list)), policyLine(target));
  return [{ ...found, policy: statements(list, target) }];
}

function names(list: readonly Permission[]): string {
  return list.map(({ action }) => action).join(", ");
}

const policyLine = (target: Target) => [commandLine`vulcan-ops iam --target ${target.name}`];

/** A line for each statement of the least policy. */
function statements(missing: readonly Permission[], target: Target): readonly string[] {
  const reads = missing.map(({ action }) => action);
  const { Statement } = policyFor({ reads, writes: [] }, namesOf(target));
  return Statement.map(({ Sid: _, ...statement }) => JSON.stringify(statement, null, 1).replace(/\n\s*/g, " "));
}

/** Where alerts go, or announcements. */
async function alertTopic(alerts: AlertReads, target: Target): Promise<string | undefined> {
  const { found } = await readOwnRule(alerts, target);
  return found?.targets.find(({ arn }) => isTopic(arn))?.arn ?? target.announceTopic;
}

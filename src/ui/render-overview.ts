import { type Overview, type Part, type ServiceOverview, troubles } from "../domain/overview.ts";
import { ago, formatDuration } from "../domain/time.ts";
import { type Row, rowLines } from "./layout.ts";
import { type Look, paint } from "./style.ts";

/** The target's state on one screen: who and where, what runs, what serves, what is wrong. */
export function renderOverview(overview: Overview, look: Look, now: number): string {
  const wrong = troubles(overview);
  const rows = [
    ...placeRows(overview),
    ...serviceRows(overview, now),
    ...otherRows(overview, now),
    ...troubleRows(wrong),
  ];
  const lines = rows.flatMap((row) => rowLines({ ...row, text: withoutArns(row.text) }, look, 1));
  return [heading(overview, look), ...lines].join("\n");
}

/** The account and region stand above already; what is left of an ARN fits a line. The caller's stays whole. */
function withoutArns(text: string): string {
  return text.replace(/arn:aws[a-z-]*:(?!sts|iam)[a-z0-9-]+:[a-z0-9-]*:\d*:/g, "");
}

function heading({ target, at }: Overview, look: Look): string {
  const name = target.production ? paint("PRODUCTION", "loud", look) : paint(target.name, "strong", look);
  return `${name}  ${target.cluster} / ${target.service}  ${at.slice(11, 19)}Z`;
}

function placeRows({ target, caller }: Overview): Row[] {
  const region = target.region ?? "region from the environment";
  const who = shown(caller, ({ account, arn }) => `account ${account}  ${region}  as ${arn}`);
  return [{ label: "Account", text: who }];
}

function serviceRows({ service }: Overview, now: number): Row[] {
  if (!service.known) return [{ label: "Service", text: unread(service.why), tone: "bad" }];
  const { value } = service;
  const good = value.lastGood;
  return [
    ...value.deployments.map((deployment, index) => ({
      label: index === 0 ? "Deployed" : "",
      text: `${deployment.taskDefinition}  ${deployment.status} ${deployment.rollout}  ${deployment.running}/${deployment.desired} running, ${deployment.failed} failed, since ${ago(deployment.since, now)}`,
    })),
    { label: "Serving", text: serving(value) },
    ...value.stops.slice(0, 3).map((stop, index) => ({
      label: index === 0 ? "Stopped" : "",
      text: `${stop.count} x ${stop.taskDefinition}: ${stop.reason}`,
    })),
    ...(good === undefined
      ? []
      : [{ label: "Last good", text: `${good.taskDefinition}, ran ${formatDuration(good.ranSeconds)}` }]),
  ];
}

function serving({ healthy, targets, desired }: ServiceOverview): string {
  const tasks = Object.entries(healthy).map(([name, count]) => `${count} healthy of ${name}`);
  const states = Object.entries(targets).map(([state, count]) => `${count} ${state}`);
  return `${tasks.join(", ") || "no healthy task"} (wanted ${desired})${states.length === 0 ? "" : `; targets: ${states.join(", ")}`}`;
}

function otherRows({ database, alarms }: Overview, now: number): Row[] {
  const restorable = (time: string | undefined) => (time === undefined ? "" : `, restorable to ${ago(time, now)}`);
  return [
    {
      label: "Database",
      text: shown(database, (db) => `${db.id}  ${db.status}  ${db.engine}${restorable(db.latestRestorableTime)}`),
    },
    {
      label: "Alarms",
      text: shown(alarms, (list) =>
        list.length === 0 ? "none is firing" : list.map((alarm) => alarm.name).join(", "),
      ),
    },
  ];
}

function troubleRows(wrong: readonly string[]): Row[] {
  if (wrong.length === 0) return [{ label: "OK", text: "nothing wrong in sight", tone: "good" }];
  return wrong.map((text) => ({ label: "WRONG", text, tone: "bad", whole: true }));
}

function shown<T>(part: Part<T>, show: (value: T) => string): string {
  return part.known ? show(part.value) : unread(part.why);
}

function unread(why: string): string {
  return `not checked: ${why}`;
}

import type { Sandbox } from "../../../src/sandbox/index.ts";

type Request = ReturnType<Sandbox["requests"]>[number];

/** What IAM is asked: an action on a resource, with what conditions may be made of. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

const WHERE = "eu-west-1:111122223333";
const PREFIX: Readonly<Record<string, string>> = { elbv2: "elasticloadbalancing" };
const ecs = (kind: string, name: string): string =>
  name.startsWith("arn:") ? name : `arn:aws:ecs:${WHERE}:${kind}/${name}`;
const rds = (name: unknown): string => `arn:aws:rds:${WHERE}:db:${name}`;
const ssm = (resource: string): string => `arn:aws:ssm:${WHERE}:${resource}`;
const rule = (name: unknown): string => `arn:aws:cloudwatch:${WHERE}:alarm-mute-rule:${name}`;
const alarm = (name: unknown): string => `arn:aws:cloudwatch:${WHERE}:alarm:${name}`;
const eventRule = (name: unknown): string => `arn:aws:events:${WHERE}:rule/${name}`;
const list = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(String));

type Input = Readonly<Record<string, unknown>>;
type Named = (input: Input) => readonly string[];

const tasks: Named = ({ cluster, tasks: all, task = all }) => list(task).map((id) => ecs("task", `${cluster}/${id}`));
const service: Named = ({ cluster, service: one, services = one }) =>
  list(services).map((name) => ecs("service", `${cluster}/${name}`));
const parameter: Named = ({ Name }) => [ssm(`parameter${Name}`)];
/** Session Manager puts the caller's `aws:userid` on each session, as a tag. */
const OWN_SESSION = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
  "ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}",
};
const session: Named = ({ SessionId }) => [ssm(`session/${SessionId}`)];

/** The resources of those actions that policies limit; of the others none is named. */
const RESOURCES: Readonly<Record<string, Named>> = {
  "ecs:DescribeServices": service,
  "ecs:ListServiceDeployments": service,
  "ecs:UpdateService": service,
  "ecs:DescribeServiceDeployments": ({ serviceDeploymentArns }) => list(serviceDeploymentArns),
  "ecs:DescribeServiceRevisions": ({ serviceRevisionArns }) => list(serviceRevisionArns),
  "ecs:StopServiceDeployment": ({ serviceDeploymentArn }) => list(serviceDeploymentArn),
  "ecs:DescribeTasks": tasks,
  "ecs:GetTaskProtection": tasks,
  "ecs:UpdateTaskProtection": tasks,
  "ecs:StopTask": tasks,
  "ecs:ExecuteCommand": (input) => [ecs("cluster", String(input.cluster)), ...tasks(input)],
  "ecs:DescribeClusters": ({ clusters }) => list(clusters).map((name) => ecs("cluster", name)),
  "ecs:RunTask": ({ taskDefinition }) => [ecs("task-definition", String(taskDefinition))],
  "application-autoscaling:RegisterScalableTarget": () => [
    `arn:aws:application-autoscaling:${WHERE}:scalable-target/1234abcd`,
  ],
  "iam:GetRole": ({ RoleName }) => [`arn:aws:iam::111122223333:role/${RoleName}`],
  "ssm:GetParameter": parameter,
  "ssm:PutParameter": parameter,
  "ssm:DeleteParameter": parameter,
  "ssm:StartSession": ({ Target, DocumentName }) => [
    // `ecs:<cluster>_<task>_<runtime>`
    ecs("task", String(Target).slice("ecs:".length).split("_").slice(0, 2).join("/")),
    ssm(`document/${DocumentName}`),
  ],
  "ssm:ResumeSession": session,
  "ssm:TerminateSession": session,
  "cloudwatch:GetAlarmMuteRule": ({ AlarmMuteRuleName }) => [rule(AlarmMuteRuleName)],
  "cloudwatch:DeleteAlarmMuteRule": ({ AlarmMuteRuleName }) => [rule(AlarmMuteRuleName)],
  "cloudwatch:PutAlarmMuteRule": ({ Name, MuteTargets }) => [
    rule(Name),
    ...list((MuteTargets as Input).AlarmNames).map(alarm),
  ],
  "cloudwatch:PutMetricAlarm": ({ AlarmName }) => [alarm(AlarmName)],
  "cloudwatch:DeleteAlarms": ({ AlarmNames }) => list(AlarmNames).map(alarm),
  "cloudwatch:SetAlarmState": ({ AlarmName }) => [alarm(AlarmName)],
  "cloudwatch:ListTagsForResource": ({ ResourceARN }) => list(ResourceARN),
  "events:DescribeRule": ({ Name }) => [eventRule(Name)],
  "events:ListTagsForResource": ({ ResourceARN }) => list(ResourceARN),
  "events:ListTargetsByRule": ({ Rule }) => [eventRule(Rule)],
  "events:PutRule": ({ Name }) => [eventRule(Name)],
  "events:DeleteRule": ({ Name }) => [eventRule(Name)],
  "events:PutTargets": ({ Rule }) => [eventRule(Rule)],
  "events:RemoveTargets": ({ Rule }) => [eventRule(Rule)],
  "sns:GetTopicAttributes": ({ TopicArn }) => list(TopicArn),
  "sns:Publish": ({ TopicArn }) => list(TopicArn),
  "rds:RestoreDBInstanceToPointInTime": (input) =>
    [input.SourceDBInstanceIdentifier, input.TargetDBInstanceIdentifier].map(rds),
  "rds:ModifyDBInstance": ({ DBInstanceIdentifier }) => [rds(DBInstanceIdentifier)],
};

export const actionOf = ({ service: name, operation }: Pick<Request, "service" | "operation">): string =>
  `${PREFIX[name] ?? name}:${operation}`;

/** Everything that IAM is asked for a request: its own action, and those that come with it. */
export function askedFor(request: Request): readonly Asked[] {
  const action = actionOf(request);
  const input = request.input as Input;
  const context = { "ecs:cluster": ecs("cluster", String(input.cluster)), ...OWN_SESSION };
  const own = (RESOURCES[action]?.(input) ?? ["*"]).map((resource) => ({ action, resource, context }));
  return [...own, ...impliedBy(action, input)];
}

function impliedBy(action: string, input: Input): readonly Asked[] {
  if (action === "cloudwatch:PutMetricAlarm" && input.Tags !== undefined)
    return [{ action: "cloudwatch:TagResource", resource: alarm(input.AlarmName), context: {} }];
  if (action === "events:PutRule" && input.Tags !== undefined)
    return [{ action: "events:TagResource", resource: eventRule(input.Name), context: {} }];
  const pass = (role: unknown, to: string): readonly Asked[] =>
    list(role).map((resource) => ({ action: "iam:PassRole", resource, context: { "iam:PassedToService": to } }));
  if (action === "ecs:RegisterTaskDefinition") {
    const context = { "ecs:CreateAction": "RegisterTaskDefinition" };
    const roles = [input.taskRoleArn, input.executionRoleArn];
    return [
      { action: "ecs:TagResource", resource: ecs("task-definition", `${input.family}:44`), context },
      ...roles.flatMap((role) => pass(role, "ecs-tasks.amazonaws.com")),
    ];
  }
  if (action === "ecs:RunTask") return pass("arn:aws:iam::111122223333:role/any", "ecs-tasks.amazonaws.com");
  if (!action.startsWith("rds:")) return [];
  const tagged = action.endsWith("InTime")
    ? [{ action: "rds:AddTagsToResource", resource: rds(input.TargetDBInstanceIdentifier), context: {} }]
    : [];
  return [...tagged, ...pass(input.MonitoringRoleArn, "monitoring.rds.amazonaws.com")];
}

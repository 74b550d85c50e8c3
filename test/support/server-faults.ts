import { json, type OwnAnswer, queryError, type Rules } from "./rewriting-proxy.ts";

/** Services that speak Query. */
const QUERY =
  /^(DescribeDB|DescribeTarget|DescribeL|DescribeRules|GetCaller|DescribeEvents|DescribeAccountA|DescribeAlarm|GetMetric|DescribeB)/;
const PAGE = "<!DOCTYPE html><html><body><h1>500 Internal Server Error</h1></body></html>";

const throttled = (operation: string): OwnAnswer =>
  QUERY.test(operation)
    ? queryError("Throttling", "Rate exceeded")
    : json({ __type: "ThrottlingException", message: "Rate exceeded" }, 400);

type Tree = (key: string, value: unknown) => unknown;

/** Each value of a JSON answer, innermost last. */
function changed(value: unknown, change: Tree, key = ""): unknown {
  const now = change(key, value);
  if (Array.isArray(now)) return now.map((one) => changed(one, change));
  if (typeof now !== "object" || now === null) return now;
  const members = Object.entries(now).map(([name, one]) => [name, changed(one, change, name)] as const);
  return Object.fromEntries(members.filter(([, one]) => one !== undefined));
}

const inJson = (change: Tree) => (_operation: string, text: string) =>
  text.startsWith("{") ? JSON.stringify(changed(JSON.parse(text), change)) : text;

/** Lists whose order AWS does not document, or only by default. */
const UNORDERED =
  /^(serviceDeployments|taskDefinitionArns|events|deployments|taskArns|tasks|containerDefinitions|logEvents)$/;

/** Members that AWS documents as optional, or that older resources lack. */
const OPTIONAL =
  /^(events|rolloutStateReason|failedTasks|propagateTags|tags|createdBy|platformVersion|platformFamily|roleArn|networkConfiguration|schedulingStrategy|registeredAt|registeredBy|statusReason|stoppedReason|connectivity|attachments|alarms|deploymentCircuitBreaker|enableECSManagedTags|healthCheckGracePeriodSeconds|enableExecuteCommand|startedAt|healthStatus)$/;

/** What a server does wrong, to all but the question who asks. `isOn`: whether it does so already. */
export const SERVER_FAULTS: Readonly<Record<string, (isOn: (operation: string) => boolean) => Rules>> = {
  "500 as HTML": (isOn) => ({
    own: (name) => (isOn(name) ? { status: 500, type: "text/html", text: PAGE } : undefined),
  }),
  "throttling for ever": (isOn) => ({ own: (name) => (isOn(name) ? throttled(name) : undefined) }),
  "truncated bodies": (isOn) => ({ isCut: isOn }),
  "a hanging connection": (isOn) => ({ silent: isOn }),
  "other order of lists": (isOn) => ({
    rewrite: (name, text) =>
      isOn(name)
        ? inJson((key, one) => (UNORDERED.test(key) ? [...(one as unknown[])].reverse() : one))(name, text)
        : text,
  }),
  "no optional members": (isOn) => ({
    rewrite: (name, text) =>
      isOn(name) ? inJson((key, one) => (OPTIONAL.test(key) ? undefined : one))(name, text) : text,
  }),
};

/** The answer to each UpdateService is 200 and the service as it was; nothing else happens. */
export function deaf(): Rules {
  let before: { readonly services: readonly object[] } = { services: [] };
  return {
    own: (name) => (name === "UpdateService" ? json({ service: { ...before.services[0] } }) : undefined),
    rewrite(name, text) {
      if (name === "DescribeServices") before = JSON.parse(text);
      return text;
    },
  };
}

/** After UpdateService, the new deployment is in progress for ever. */
export function endless(isOn: (operation: string) => boolean): Rules {
  const open = (text: string) =>
    text
      .replace('"rolloutState":"COMPLETED"', '"rolloutState":"IN_PROGRESS"')
      .replace('"status":"SUCCESSFUL"', '"status":"IN_PROGRESS"');
  return { rewrite: (name, text) => (isOn(name) ? open(text) : text) };
}

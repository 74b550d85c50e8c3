import { createHmac, randomBytes } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-ecs";
import {
  type Container,
  type HealthSetup,
  namesDatabase,
  type ServiceRevision,
  type Setting,
  type TaskDefinition,
} from "../../domain/aws/ecs.ts";
import { canonical, type Json } from "../../domain/json.ts";
import { needed } from "../client/needed.ts";
import { definitionName } from "./definition-name.ts";

/**
 * The host name of an RDS instance, with its port if there is one. Its parts have a limit, as in DNS: a variable may hold
 * 64 KB, and is read once from each of its letters.
 */
const INSTANCE = /[a-z][\w-]{0,62}(\.[\w-]{1,63}){1,4}\.rds(\.[\w-]{1,63})?\.amazonaws\.com(\.cn)?(:\d+)?/i;

/** Values of variables may be passwords. We compare them by a hash that means nothing in another process. */
const SALT = randomBytes(32);

function fingerprint(value: unknown): string {
  const text = canonical(JSON.parse(JSON.stringify(value ?? null)) as Json);
  return createHmac("sha256", SALT).update(text).digest("base64url").slice(0, 16);
}

/**
 * ECS shows a definition as it was registered. What was left out then is not in the answer, and means ECS's default: no
 * secrets, the protocol tcp, an essential container. [D: RegisterTaskDefinition]
 */
/** `tags`: those of the answer, which has them beside the definition. */
export function toTaskDefinition(definition: Sdk.TaskDefinition, tags: readonly Sdk.Tag[] = []): TaskDefinition {
  const registeredAt = definition.registeredAt?.toISOString();
  const { cpu, memory, taskRoleArn, executionRoleArn, networkMode, pidMode, runtimePlatform } = definition;
  const platform = [runtimePlatform?.operatingSystemFamily, runtimePlatform?.cpuArchitecture].filter(Boolean).join("/");
  return {
    name: `${needed(definition.family, "family")}:${needed(definition.revision, "revision")}`,
    status: needed(definition.status, "status of the task definition"),
    containers: needed(definition.containerDefinitions, "containerDefinitions").map(toContainer),
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(taskRoleArn && { taskRole: taskRoleArn }),
    ...(executionRoleArn && { executionRole: executionRoleArn }),
    ...(networkMode && { networkMode }),
    ...(pidMode && { pidMode }),
    ...(platform && { platform }),
    others: others(definition, NAMED_IN_DEFINITION),
    ...(registeredAt && { registeredAt }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value])) }),
  };
}

/** Members that have a field of their own, or only describe the registration. */
const NAMED_IN_DEFINITION: ReadonlySet<string> = new Set([
  ..."taskDefinitionArn family revision status containerDefinitions cpu memory taskRoleArn executionRoleArn".split(" "),
  ..."networkMode runtimePlatform requiresAttributes compatibilities registeredAt registeredBy".split(" "),
  ..."deregisteredAt deleteRequestedAt".split(" "),
]);

const NAMED_IN_CONTAINER: ReadonlySet<string> = new Set(
  "name image environment secrets portMappings healthCheck logConfiguration repositoryCredentials dockerLabels".split(
    " ",
  ),
);

function toContainer(container: Sdk.ContainerDefinition): Container {
  const { healthCheck, logConfiguration, readonlyRootFilesystem, linuxParameters, stopTimeout } = container;
  const secrets = [...(container.secrets ?? []), ...(logConfiguration?.secretOptions ?? [])];
  const credentials = container.repositoryCredentials?.credentialsParameter;
  return {
    name: needed(container.name, "name of a container"),
    image: needed(container.image, "image of a container"),
    ...(container.command !== undefined && container.command.length > 0 && { command: container.command }),
    ...(container.entryPoint !== undefined && container.entryPoint.length > 0 && { entryPoint: container.entryPoint }),
    ...(container.essential === false && { essential: false }),
    environment: (container.environment ?? []).map(({ name = "", value = "" }) => toSetting(name, value)),
    secrets: [
      ...secrets.map((secret) => ({ name: secret.name ?? "", from: secret.valueFrom ?? "" })),
      ...(credentials === undefined ? [] : [{ name: "registry credentials", from: credentials }]),
    ],
    ports: (container.portMappings ?? []).map(({ containerPort, protocol = "tcp" }) => ({
      number: containerPort ?? 0,
      protocol,
    })),
    ...(healthCheck && { healthCheck: healthCheckText(healthCheck), health: toHealth(healthCheck) }),
    ...(readonlyRootFilesystem && { readonlyRoot: true }),
    ...(linuxParameters?.initProcessEnabled && { initProcess: true }),
    ...(stopTimeout !== undefined && { stopTimeout }),
    ...(logConfiguration === undefined ? {} : { log: toLog(logConfiguration) }),
    ...toLogs(logConfiguration),
    labels: container.dockerLabels ?? {},
    others: others(container, NAMED_IN_CONTAINER),
  };
}

function toLogs({ logDriver, options }: Partial<Sdk.LogConfiguration> = {}): Pick<Container, "logs"> {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix, "awslogs-region": region } = options ?? {};
  const createsGroup = options?.["awslogs-create-group"] === "true";
  const isWritten = logDriver === "awslogs" && group !== undefined && prefix !== undefined;
  if (!isWritten) return {};
  return { logs: { group, prefix, ...(region && { region }), ...(createsGroup && { createsGroup }) } };
}

/** Recognises a database by the variable's name, or by its value: a PostgreSQL URL, or the name of an instance. */
function toSetting(name: string, value: string): Setting {
  const isAddress = namesDatabase(name) || /\bpostgres(ql)?:\/\//i.test(value);
  const place = (isAddress ? placeOf(value) : undefined) ?? INSTANCE.exec(value)?.[0];
  return { name, fingerprint: fingerprint(value), ...(place === undefined ? {} : { place }) };
}

/** Host, port and database name of a URL, a DSN or a bare host name; never the part before its `@`. */
function placeOf(value: string): string | undefined {
  const dsn = /\bhost=([\w.-]+)/i.exec(value)?.[1];
  if (dsn !== undefined) return dsn;
  const bare = value.replace(/^(jdbc:)?[a-z][a-z0-9+.-]*:\/\//i, "");
  const tail = bare.slice(bare.lastIndexOf("@") + 1).split(/[?#]/)[0] ?? "";
  const isPlace = /^[\w-]+(\.[\w-]+)+(:\d+)?(\/[\w-]*)?$/.test(tail) || /^(localhost|\w+):\d+(\/[\w-]*)?$/.test(tail);
  return isPlace ? tail : undefined;
}

function toHealth({ interval, timeout, retries, startPeriod }: Sdk.HealthCheck): HealthSetup {
  return { interval: interval ?? 30, timeout: timeout ?? 5, retries: retries ?? 3, startPeriod: startPeriod ?? 0 };
}

function healthCheckText({ command = [], interval, timeout, retries, startPeriod }: Sdk.HealthCheck): string {
  const times = Object.entries({ interval, timeout, retries, startPeriod }).filter(([, value]) => value !== undefined);
  return [command.join(" "), ...times.map(([name, value]) => `${name} ${value}`)].join(", ");
}

/** Options of other drivers may contain tokens, so only those of awslogs are shown. */
function toLog(log: Sdk.LogConfiguration): Setting {
  const options = Object.entries(log.options ?? {}).filter(([name]) =>
    /^awslogs-(group|region|stream-prefix)$/.test(name),
  );
  const name = [log.logDriver ?? "", ...options.map(([option, value]) => `${option.slice(8)}=${value}`)].join(" ");
  return { name, fingerprint: fingerprint(log) };
}

/** Members that AWS may add are compared too, but only their names are shown. */
function others(record: object, named: ReadonlySet<string>): Record<string, string> {
  const rest = Object.entries(record).filter(
    ([key, value]) => !named.has(key) && value !== undefined && canonical(value as Json) !== "[]",
  );
  return Object.fromEntries(rest.map(([key, value]) => [key, fingerprint(value)]));
}

export function toServiceRevision(revision: Sdk.ServiceRevision): ServiceRevision {
  const { networkConfiguration, loadBalancers, platformVersion, capacityProviderStrategy, launchType } = revision;
  const { serviceRegistries, serviceConnectConfiguration, volumeConfigurations } = revision;
  const settings = {
    network: networkConfiguration,
    "load balancers": loadBalancers,
    "platform version": platformVersion,
    "capacity providers": capacityProviderStrategy,
    "launch type": launchType,
    "service registries": serviceRegistries,
    "service connect": serviceConnectConfiguration,
    volumes: volumeConfigurations,
  };
  const plain = JSON.parse(JSON.stringify(settings)) as Record<string, Json>;
  const present = Object.entries(plain).filter(([, value]) => canonical(value) !== "[]");
  return {
    arn: needed(revision.serviceRevisionArn, "serviceRevisionArn"),
    taskDefinition: definitionName(revision.taskDefinition, "taskDefinition of a service revision"),
    ...(revision.containerImages && { images: revision.containerImages.map(toImage) }),
    settings: Object.fromEntries(present),
  };
}

function toImage({ containerName, image, imageDigest }: Sdk.ContainerImage) {
  return {
    container: needed(containerName, "containerName"),
    image: needed(image, "image of a container"),
    ...(imageDigest === undefined ? {} : { digest: imageDigest }),
  };
}

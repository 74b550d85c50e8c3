import type { Input } from "../http/input.ts";
import type { Image } from "../vulcan/image.ts";
import type { Company } from "./companion.ts";
import { companionOf, logsOf } from "./companion.ts";

interface DefinitionOptions {
  /** Names of further secrets that its container asks for. */
  readonly secrets?: readonly string[] | undefined;
  readonly readOnlyRoot?: boolean;
  /** What runs beside it. */
  readonly company?: Company | undefined;
}

/** The task definition of a Vulcan release, as its deployment pipeline would register it. */
export function definitionInput(
  family: string,
  account: string,
  region: string,
  image: Image,
  { secrets = [], readOnlyRoot = false, company }: DefinitionOptions = {},
): Input {
  const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
  const secret = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:vulcan/prod/${name}`;
  const secretEntry = (name: string): Input => ({ name: environmentName(name), valueFrom: secret(name) });
  return {
    family,
    taskRoleArn: role("vulcan-prod-task"),
    executionRoleArn: role("vulcan-prod-execution"),
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "1024",
    memory: "2048",
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    containerDefinitions: [
      ...(company === undefined ? [] : [companionOf(company, region)]),
      {
        name: "vulcan",
        image: image.ref,
        cpu: 0,
        essential: true,
        ...(company === "log-router" && { dependsOn: [{ containerName: "log_router", condition: "START" }] }),
        ...(readOnlyRoot && { readonlyRootFilesystem: true }),
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
        environment: [
          { name: "VULCAN_ENV", value: "production" },
          { name: "VULCAN_VERSION", value: image.version },
        ],
        secrets: [
          { name: "DB_URL", valueFrom: secret("db-url-Ab12Cd") },
          { name: "VULCAN_ADMIN_TOKEN", valueFrom: secret("admin-token-Ef56Gh") },
          ...secrets.map(secretEntry),
        ],
        healthCheck: {
          command: ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"],
          interval: 30,
          timeout: 5,
          retries: 3,
          startPeriod: 60,
        },
        logConfiguration: logsOf(region, "vulcan"),
      },
    ],
    tags: [{ key: "release", value: image.version }],
  };
}

/** The container gets `licence-key-Cd34Ef` as LICENCE_KEY. */
const environmentName = (secret: string): string =>
  secret
    .replace(/-\w{6}$/, "")
    .replace(/-/g, "_")
    .toUpperCase();

import type { ContainerDefinition } from "../ecs/model.ts";
import type { Input } from "../http/input.ts";
import { texts } from "../http/input.ts";

/**
 * What a container runs. A proxy forwards what it receives to the program beside it, an agent does nothing but run and
 * log. A command is run as it stands.
 */
export type Program =
  | { readonly kind: "vulcan" | "proxy" }
  /** `isDeaf`: SIGTERM does not end it. A process with number 1 has no default handler. [D: signal(7), Docker] */
  | { readonly kind: "agent"; readonly isDeaf: boolean }
  | { readonly kind: "command"; readonly words: readonly string[] };

const PROXIES = ["envoy", "aws-appmesh-envoy", "nginx", "haproxy", "traefik", "caddy"];

/** Those that leave at SIGTERM. */
const AGENTS = [
  ...["fluent-bit", "aws-for-fluent-bit", "fluentd", "vector"],
  ...["agent", "datadog-agent", "otelcol", "aws-otel-collector", "aws-xray-daemon", "xray-daemon", "cloudwatch-agent"],
];

/** Vulcan's repository, in whatever registry. */
const VULCAN = "vulcan";

const lastWord = (path: string): string => path.split("/").at(-1) ?? path;

/** `registry/team/envoy:v1@sha256:…` → `envoy` */
export const imageName = (image: string): string => lastWord(image.replace(/@.*$/, "")).replace(/:.*$/, "");

/** An image of Amazon ECR's private registries; the sandbox has those of its own account. */
const isPrivate = (image: string): boolean => /^\d{12}\.dkr\.ecr\./.test(image);

/** Whether the sandbox's registry has to have the image; it does not look into public ones. */
export const isOwnImage = (image: string): boolean => isPrivate(image) || imageName(image) === VULCAN;

/** Which program a container runs, by its command, else by its image. An override replaces the command alone. [D] */
export function programOf({ image, registered }: ContainerDefinition, override: Input): Program {
  const overridden = texts(override, "command");
  const command = overridden.length > 0 ? overridden : texts(registered, "command");
  const words = [...texts(registered, "entryPoint"), ...command];
  const name = lastWord(words[0] ?? imageName(image));
  const serves = overridden.length === 0 ? servesVulcan(words) : words.join(" ") === "vulcan serve";
  if (isOwnImage(image) && serves) return { kind: "vulcan" };
  if (PROXIES.includes(name)) return { kind: "proxy" };
  if (AGENTS.includes(name)) return { kind: "agent", isDeaf: false };
  if (words.length > 0) return { kind: "command", words };
  return { kind: "agent", isDeaf: true };
}

/** Vulcan's image serves unless it is told otherwise. */
const servesVulcan = (words: readonly string[]): boolean => {
  const text = words.join(" ");
  return text === "" || /^serve\b|(^|[\s/])vulcan( serve\b.*)?$/.test(text);
};

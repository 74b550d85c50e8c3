import type { Container, Setting, TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { Json } from "../../../domain/json.ts";
import type { Change } from "../../../domain/operation.ts";

/**
 * What differs between two task definitions, except their images. Variables and secrets appear by name only: their
 * values reach neither the screen nor the journal.
 */
export function definitionChanges(before: TaskDefinition, after: TaskDefinition): Change[] {
  const names = [...new Set([...after.containers, ...before.containers].map(({ name }) => name))];
  return [
    ...PLAIN.flatMap(([property, key]) => difference(property, before[key] ?? null, after[key] ?? null)),
    ...difference(
      "other settings",
      ...byName(settingsOf(before.others), settingsOf(after.others), "value changes, hidden"),
    ),
    ...names.flatMap((name) => containerChanges(name, named(before, name), named(after, name))),
  ];
}

const PLAIN = [
  ["cpu", "cpu"],
  ["memory", "memory"],
  ["task role", "taskRole"],
  ["execution role", "executionRole"],
  ["network mode", "networkMode"],
  ["platform", "platform"],
] as const;

function named({ containers }: TaskDefinition, name: string): Container | undefined {
  return containers.find((container) => container.name === name);
}

function containerChanges(name: string, before: Container | undefined, after: Container | undefined): Change[] {
  // A new container shows in its image. A removed one would not show anywhere else.
  if (after === undefined) return difference(`container ${name}`, before?.image ?? null, null);
  if (before === undefined) return [];
  const [source, value] = ["source changes", "value changes, hidden"];
  return [
    ...difference(`environment of ${name}`, ...byName(before.environment, after.environment, value)),
    ...difference(`secrets of ${name}`, ...byName(secretsOf(before), secretsOf(after), source)),
    ...difference(`ports of ${name}`, portsOf(before), portsOf(after)),
    ...difference(`health check of ${name}`, before.healthCheck ?? null, after.healthCheck ?? null),
    ...difference(`log of ${name}`, ...byName(logOf(before), logOf(after), "options change")),
    ...difference(`labels of ${name}`, ...byName(settingsOf(before.labels), settingsOf(after.labels), value)),
    ...difference(`other settings of ${name}`, ...byName(settingsOf(before.others), settingsOf(after.others), value)),
  ];
}

function difference(property: string, before: Json, after: Json): Change[] {
  return before === after ? [] : [{ subject: "task definition", property, before, after }];
}

/** The names that differ. Left: names that are removed or changed. Right: names that are added or changed. */
function byName(before: readonly Setting[], after: readonly Setting[], changed: string): [Json, Json] {
  const valueIn = (settings: readonly Setting[], name: string) =>
    settings.find((one) => one.name === name)?.fingerprint;
  const gone = before.filter(({ name, fingerprint }) => valueIn(after, name) !== fingerprint);
  const come = after.filter(({ name, fingerprint }) => valueIn(before, name) !== fingerprint);
  const isChanged = (name: string) => valueIn(before, name) !== undefined;
  return [
    list(gone.map(({ name }) => name)),
    list(come.map(({ name }) => (isChanged(name) ? `${name} (${changed})` : name))),
  ];
}

function list(names: readonly string[]): string | null {
  return names.length === 0 ? null : [...names].sort().join(", ");
}

function settingsOf(record: Readonly<Record<string, string>>): Setting[] {
  return Object.entries(record).map(([name, fingerprint]) => ({ name, fingerprint }));
}

function secretsOf({ secrets }: Container): Setting[] {
  return secrets.map(({ name, from }) => ({ name, fingerprint: from }));
}

function portsOf({ ports }: Container): string | null {
  return list(ports.map(({ number, protocol }) => `${number}/${protocol}`));
}

function logOf({ log }: Container): Setting[] {
  return log === undefined ? [] : [log];
}

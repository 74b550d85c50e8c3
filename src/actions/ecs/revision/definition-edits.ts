import {
  type ContainerChoice,
  explainChoice,
  MIGRATIONS_LABEL,
  NAME_IN_CONFIGURATION,
  namesToChoose,
} from "../../../domain/aws/application-container.ts";
import type { Edit } from "../../../domain/aws/copy-revision.ts";
import { type Container, namesDatabase, type TaskDefinition } from "../../../domain/aws/ecs.ts";
import { block } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";

export interface WantedEdits {
  readonly image?: string | undefined;
  /** Which container gets the image; not needed without an image. */
  readonly choice?: ContainerChoice;
  /** Tags of the revision. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `host:port` */
  readonly databaseFrom?: string | undefined;
  readonly databaseTo?: string | undefined;
  readonly databaseSecret?: string | undefined;
  /** Names of variables that keep their value. */
  readonly leave?: readonly string[] | undefined;
}

export interface Edits {
  readonly edits: readonly Edit[];
  readonly findings: readonly Finding[];
}

/** `A, B` → the names in it. */
export const namesIn = (list: string | undefined): readonly string[] =>
  (list ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const NONE: Edits = { edits: [], findings: [] };

/** The edits for a copy of the revision. Findings block if it is not certain which edits are right. */
export function editsOf(whole: TaskDefinition, wanted: WantedEdits): Edits {
  const definition = without(whole, wanted.leave ?? []);
  const parts = [imageEdits(definition, wanted), placeEdits(definition, wanted), secretEdits(definition, wanted)];
  return { edits: parts.flatMap(({ edits }) => edits), findings: parts.flatMap(({ findings }) => findings) };
}

function without(definition: TaskDefinition, names: readonly string[]): TaskDefinition {
  const rest = <T extends { readonly name: string }>(all: readonly T[]) =>
    all.filter(({ name }) => !names.includes(name));
  const containers = definition.containers.map((one) => ({
    ...one,
    environment: rest(one.environment),
    secrets: rest(one.secrets),
  }));
  return { ...definition, containers };
}

const blocked = (code: string, text: string): Edits => ({ edits: [], findings: [block(code, text)] });

function imageEdits({ name, containers }: TaskDefinition, { image, choice, tags = {} }: WantedEdits): Edits {
  if (image === undefined) return NONE;
  const only = containers.find((container) => choice?.kind === "certain" && container.name === choice.name);
  if (only === undefined) {
    const why = choice === undefined ? "no container is chosen" : explainChoice(choice);
    const text = `which container of ${name} gets ${image} is not certain: ${why}`;
    const finding = block("image-whose", text, [NAME_IN_CONFIGURATION]);
    return { edits: [], findings: [{ ...finding, ...(choice && namesToChoose(choice)) }] };
  }
  if (only.image === image) return NONE;
  const edits: Edit[] = [{ container: only.name, member: "image", to: image }, ...outdated(containers, tags)];
  return { edits, findings: [] };
}

/** What says how many migrations the old image has: of the new one it would be false. */
function outdated(containers: readonly Container[], tags: Readonly<Record<string, string>>): readonly Edit[] {
  const name = MIGRATIONS_LABEL;
  const labelled = containers.filter(({ labels }) => name in labels);
  return [
    ...labelled.map(({ name: container }): Edit => ({ container, member: "dockerLabels", name })),
    ...(name in tags ? [{ member: "tags", name } as const] : []),
  ];
}

/** PostgreSQL's port, if an address names none. */
const DEFAULT_PORT = "5432";

function placeEdits(
  { name, containers }: TaskDefinition,
  { databaseFrom, databaseTo, databaseSecret }: WantedEdits,
): Edits {
  if (databaseFrom === undefined || databaseTo === undefined) return NONE;
  const places = containers.flatMap(placesOf);
  const leading = (to: string) => places.filter(({ place }) => isAt(place, to));
  const old = leading(databaseFrom);
  if (old.length === 0 && (databaseSecret !== undefined || leading(databaseTo).length > 0)) return NONE;
  if (old.length === 0)
    return blocked(
      "database-not-named",
      `no variable of ${name} names ${databaseFrom}: the address is kept elsewhere, in a secret perhaps`,
    );
  const edits = old.map((one) => placeEdit(one, databaseTo)).filter((edit) => edit !== undefined);
  return edits.length === old.length
    ? { edits, findings: [] }
    : blocked(
        "database-port-elsewhere",
        `${name} keeps the port of its database apart from the host, and ${databaseTo} has another one`,
      );
}

interface Placed {
  readonly container: string;
  readonly name: string;
  /** As the definition has it: `host`, `host:port` or `host:port/database`. */
  readonly place: string;
}

function placesOf({ name: container, environment }: Container): Placed[] {
  return environment.flatMap(({ name, place }) => (place === undefined ? [] : [{ container, name, place }]));
}

const addressOf = (place: string): string => place.split("/")[0] ?? "";

function isAt(place: string, address: string): boolean {
  const whole = (text: string): string => (text.includes(":") ? text : `${text}:${DEFAULT_PORT}`);
  const host = address.split(":")[0];
  return whole(addressOf(place)) === whole(address) || addressOf(place) === host;
}

/** Keeps the form of the old address; undefined if that form has no room for the new port. */
function placeEdit({ container, name, place }: Placed, to: string): Edit | undefined {
  const from = addressOf(place);
  const [host = "", port = DEFAULT_PORT] = to.split(":");
  if (from.includes(":")) return { container, member: "environment", name, from, to: `${host}:${port}` };
  return port === DEFAULT_PORT ? { container, member: "environment", name, from, to: host } : undefined;
}

/** Replaces the secret that holds the whole address, not one that holds only a password. */
function secretEdits({ name, containers }: TaskDefinition, { databaseSecret: to }: WantedEdits): Edits {
  if (to === undefined) return NONE;
  const held = containers.flatMap(({ name: container, secrets }) =>
    secrets.filter((secret) => namesDatabase(secret.name)).map((secret) => ({ container, ...secret })),
  );
  if (new Set(held.map(({ from }) => from)).size !== 1)
    return blocked(
      "database-secret-which",
      `${name} takes the address of its database from ${held.length === 0 ? "no secret" : held.map(({ from }) => from).join(" and ")}: which one to replace is not certain; --leave NAME keeps one as it is`,
    );
  const edits = held.filter(({ from }) => from !== to);
  return { edits: edits.map(({ container, name }) => ({ container, member: "secrets", name, to })), findings: [] };
}

import { registry } from "../actions/index.ts";
import { beginReads, type EarlyRead } from "../domain/aws/early-reads.ts";
import type { Environment } from "../domain/ports.ts";
import type { ActionServices } from "../domain/services.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import { limitAtLeast } from "../domain/time-limit.ts";
import { asTyped } from "../domain/typed-options.ts";
import type { Planner } from "../engine/run.ts";
import { keepLastReads, placeOfReads } from "../journal/last-reads.ts";
import { stateDir } from "../journal/state-dir.ts";
import { connectTarget, openTarget as open, type TargetConnection } from "../target/open.ts";
import { readTimeoutOf } from "../target/read-timeout.ts";
import { resolveTarget } from "../target/resolve.ts";
import { failedRevisionsHere } from "./execution/executions-of-target.ts";
import { readPrepared } from "./prepared.ts";

/** Which target, and the folder for its executions. */
export interface Access extends TargetOptions {
  /** Default: `$XDG_STATE_HOME/vulcan-ops`. */
  readonly stateDir?: string | undefined;
}

/** A target's ports, and the planner, which also has the actions. */
export interface OpenTarget extends Omit<TargetConnection, "withContainer"> {
  readonly planner: Planner<ActionServices>;
  readonly stateDir: string;
  withContainer(name: string): OpenTarget;
}

interface Opening {
  /** A target that comes from a journal or a rehearsal rather than from options and files. */
  readonly pinned?: Target | undefined;
  readonly purpose?: "any" | "reading";
  /** Told the action of each read that is sent. */
  sent?(action: string): void;
}

export async function openTarget(
  options: Access,
  environment: Environment,
  opening: Opening = {},
): Promise<OpenTarget> {
  const connection = await open(options, environment, withRecord(options, environment, opening));
  return withPlanner(connection, options, environment);
}

/** The journals here record which revisions were found bad; requests name this release. */
function withRecord<O extends Opening>(options: Access, environment: Environment, opening: O) {
  const dir = stateDir(options.stateDir, environment.env);
  const { version } = readPrepared();
  const purpose = environment.onlyReads === true ? "reading" : opening.purpose;
  return {
    ...opening,
    purpose,
    version,
    failedRevisions: (...where: OnTarget) => failedRevisionsHere(dir, ...where),
    keeper: (...where: OnTarget) => keeperOf(dir, ...where),
  };
}

function keeperOf(dir: string, { name }: Target, endpoint: string | undefined) {
  const place = placeOfReads(name, endpoint);
  return {
    taskDefinitions: (taskDefinitions: readonly string[]) => keepLastReads(dir, place, { taskDefinitions }),
    migrations: (migrations: readonly number[]) => keepLastReads(dir, place, { migrations }),
  };
}

type OnTarget = [target: Target, endpoint: string | undefined];

function withPlanner(connection: TargetConnection, options: Access, environment: Environment): OpenTarget {
  const { target, clock, services, snapshot, awsLine } = connection;
  const asPasted = (line: string) => asTyped(connection.asPasted(line), environment.typed ?? {});
  const early = ({ aws }: ActionServices, reads: readonly EarlyRead[]) => beginReads(aws, target, reads);
  const planner = { registry, target, clock, services, snapshot, beginReads: early, awsLine, asPasted };
  const withContainer = (name: string) => withPlanner(connection.withContainer(name), options, environment);
  return { ...connection, asPasted, planner, stateDir: stateDir(options.stateDir, environment.env), withContainer };
}

/** For a command that may not need AWS: resolves the target at once, and connects when `connection` is called. */
export async function connectLater(options: Access, environment: Environment) {
  const resolved = await resolveTarget(options, environment);
  // What such a command reads elsewhere, it reads before it connects.
  limitAtLeast(readTimeoutOf(environment.env));
  let opened: Promise<OpenTarget> | undefined;
  const connection = (): Promise<OpenTarget> => {
    opened ??= connectTarget(resolved, options, environment, withRecord(options, environment, {})).then((found) =>
      withPlanner(found, options, environment),
    );
    return opened;
  };
  return { resolved, connection };
}

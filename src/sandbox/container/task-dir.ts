import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { CONTAINER_MARK, type WorkFolder } from "../../postgres/work-folder.ts";
import { curl, NO_CURL, STTY, vulcanLauncher } from "./programs.ts";

/** What the processes of one container see: their own folder, programs and environment. */
export interface ContainerFolder {
  /** The working directory of commands. */
  readonly root: string;
  /** Where terminals keep their pipes. */
  readonly sessions: string;
  readonly env: Readonly<Record<string, string>>;
  /** Proves to the sandbox which container a process belongs to. */
  readonly token: string;
  /** A file descriptor that every command inherits, so that the command can be found when the sandbox ends. */
  readonly leash: number;
  remove(): void;
}

/** The container's own environment variables, and how its `vulcan` reaches the sandbox. */
export interface ContainerSpec {
  readonly home: WorkFolder;
  readonly environment: Readonly<Record<string, string>>;
  readonly socket: string;
  readonly client: string;
  /** The ports of its task, each with the port of this machine that it leads to. */
  readonly ports: Readonly<Record<number, number>>;
  /** Whether its image has `vulcan`. */
  readonly hasVulcan: boolean;
  /** Whether its image lacks curl. */
  readonly withoutCurl: boolean;
}

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes the folder. Its `vulcan`, `stty` and `curl` come before the machine's own programs in the PATH. */
export function makeFolder(path: string, spec: ContainerSpec): ContainerFolder {
  const [bin, root, sessions] = [join(path, "bin"), join(path, "root"), join(path, "sessions")];
  for (const folder of [path, bin, root, sessions]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = spec.home.mark + randomBytes(16).toString("hex");
  if (spec.hasVulcan) writeProgram(join(bin, "vulcan"), vulcanLauncher(spec.client, spec.socket, token));
  writeProgram(join(bin, "stty"), STTY.replaceAll("TOKEN", token));
  writeProgram(join(bin, "curl"), spec.withoutCurl ? NO_CURL : curl(SYSTEM_PATH, spec.ports));
  const env = {
    LANG: "C.UTF-8",
    ...spec.environment,
    PATH: `${bin}:${SYSTEM_PATH}`,
    HOME: root,
    [CONTAINER_MARK]: token,
  };
  return {
    root,
    sessions,
    env,
    token,
    leash: spec.home.leash,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o700);
}

/** Whether the container has the program; it searches like execvp. */
export function hasProgram(container: ContainerFolder, program: string): boolean {
  if (program.includes("/")) return isProgram(isAbsolute(program) ? program : resolve(container.root, program));
  return (container.env.PATH ?? "").split(":").some((folder) => isProgram(join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

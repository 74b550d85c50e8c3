import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { CONTAINER_MARK, type Home } from "../work-dir.ts";
import { curl, NO_CURL, STTY, vulcanLauncher } from "./programs.ts";

/** What the processes of one container see: a folder of their own, their programs and their environment. */
export interface ContainerFolder {
  /** Where commands start. */
  readonly root: string;
  /** Where terminals keep their pipes. */
  readonly sessions: string;
  readonly env: Readonly<Record<string, string>>;
  /** Proves to the sandbox which container a process belongs to. */
  readonly token: string;
  /** Every command inherits it, so that it can be found at the sandbox's end. */
  readonly leash: number;
  remove(): void;
}

/** What the container's environment says besides, and how its `vulcan` reaches the sandbox. */
export interface ContainerSpec {
  readonly home: Home;
  readonly environment: Readonly<Record<string, string>>;
  readonly socket: string;
  readonly client: string;
  /** Where the container's own port 8080 is on this machine, while its program listens. */
  readonly port: number | undefined;
  /** Its image lacks curl. */
  readonly withoutCurl: boolean;
}

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes the folder, with `vulcan`, `stty` and `curl` in front of the machine's own programs. */
export function makeFolder(path: string, spec: ContainerSpec): ContainerFolder {
  const [bin, root, sessions] = [join(path, "bin"), join(path, "root"), join(path, "sessions")];
  for (const folder of [path, bin, root, sessions]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = spec.home.mark + randomBytes(16).toString("hex");
  writeProgram(join(bin, "vulcan"), vulcanLauncher(spec.client, spec.socket, token));
  writeProgram(join(bin, "stty"), STTY.replaceAll("TOKEN", token));
  writeProgram(join(bin, "curl"), spec.withoutCurl ? NO_CURL : curl(SYSTEM_PATH, spec.port));
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

/** Whether the container has the program, looked for as execvp does. */
export function hasProgram(place: ContainerFolder, program: string): boolean {
  if (program.includes("/")) return isProgram(isAbsolute(program) ? program : resolve(place.root, program));
  return (place.env.PATH ?? "").split(":").some((folder) => isProgram(join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

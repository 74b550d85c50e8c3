import { type ChildProcess, spawn } from "node:child_process";
import type { Exit } from "../vulcan/process.ts";
import { type ContainerFolder, hasProgram } from "./task-dir.ts";
import type { TaskProcess } from "./task-process.ts";

/** A container whose command is not Vulcan's own. The command really runs, without a terminal; its output is the log. */
export class CommandProcess implements TaskProcess {
  readonly log: string[] = [];
  readonly ports = [];
  readonly port = undefined;
  readonly isDeaf = false;
  readonly healthSeconds = 0;
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  #child: ChildProcess | undefined;
  #rest = "";

  constructor(entering: Promise<ContainerFolder>, argv: readonly string[]) {
    let announce = (): void => {};
    this.started = new Promise((resolve) => {
      announce = resolve;
    });
    this.exited = entering
      .then((folder) => this.#run(folder, argv, announce))
      .catch((error: unknown) => {
        announce(); // the world has ended meanwhile
        return { code: 125, reason: String(error) };
      });
  }

  /** Nothing listens here, so `curl` cannot connect. */
  passesHealthCheck(): boolean {
    return false;
  }

  async terminate(grace: number): Promise<number> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.kill(), grace);
    const { code } = await this.exited;
    clearTimeout(timer);
    return code;
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  #run(folder: ContainerFolder, argv: readonly string[], announce: () => void): Promise<Exit> {
    const [program = "", ...args] = argv;
    if (!hasProgram(folder, program)) {
      announce();
      const reason = `CannotStartContainerError: unable to start container process: exec: "${program}": executable file not found in $PATH`;
      return Promise.resolve({ code: 127, reason, notStarted: true });
    }
    return new Promise((resolve) => {
      const child = spawn(program, args, {
        cwd: folder.root,
        env: folder.env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe", folder.leash],
      });
      this.#child = child;
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding("utf8").on("data", (text) => this.#note(text));
      child.once("error", (error) => resolve({ code: 126, reason: error.message }));
      child.once("close", (code, signal) => {
        if (this.#rest !== "") this.log.push(this.#rest);
        resolve({ code: code ?? (signal === "SIGKILL" ? 137 : 143), reason: "exited" });
      });
      announce();
    });
  }

  #note(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.log.push(...lines);
  }

  #signal(name: NodeJS.Signals): void {
    try {
      if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, name);
    } catch {} // it has ended
  }
}

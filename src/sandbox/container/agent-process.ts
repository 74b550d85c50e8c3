import type { Exit } from "../vulcan/process.ts";
import type { TaskProcess } from "./task-process.ts";

/** A program beside Vulcan that does nothing but run and log: a log router, an agent of a monitoring service. */
export class AgentProcess implements TaskProcess {
  readonly log: string[];
  readonly ports = [];
  readonly port = undefined;
  readonly isDeaf: boolean;
  readonly healthSeconds = 0;
  readonly started = Promise.resolve();
  readonly exited: Promise<Exit>;
  #exit: (exit: Exit) => void = () => {};
  #gone = false;

  constructor(name: string, isDeaf: boolean) {
    this.isDeaf = isDeaf;
    this.log = [`[info] ${name} started`];
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  passesHealthCheck(): boolean {
    return !this.#gone;
  }

  terminate(): Promise<number> {
    this.log.push("[info] caught signal (SIGTERM)");
    return Promise.resolve(this.#end({ code: 0, reason: "terminated" }));
  }

  kill(): void {
    this.#end({ code: 137, reason: "killed" });
  }

  #end(exit: Exit): number {
    this.#gone = true;
    this.#exit(exit);
    return exit.code;
  }
}

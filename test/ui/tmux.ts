import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Why terminal tests cannot run here; undefined where they can. */
export const NO_TMUX = spawnSync("tmux", ["-V"]).status === 0 ? undefined : "tmux is not installed";

/** A program in a real terminal. */
export interface Pane {
  type(...keys: string[]): void;
  /** What stands on the screen now, history included. */
  screen(): string;
  /** What a person sees of it: the rows of the terminal alone. */
  glass(): string;
  /** Waits until the screen shows the text, and gives the screen; fails after some seconds with what is there. */
  until(text: string | RegExp): Promise<string>;
  /** Whether the cursor is shown. */
  hasCursor(): boolean;
  /** Leader of the process group that has the terminal. */
  foreground(): number;
  /** The terminal's modes, as stty tells them. */
  modes(): string;
}

export interface Terminals {
  open(command: string, options?: { columns?: number; rows?: number; env?: Readonly<Record<string, string>> }): Pane;
  close(): void;
}

const DEADLINE_MS = 60_000;

/** A look starts a program, so the longer nothing comes, the rarer they are. What comes at once is seen at once. */
const LOOK_MS = { first: 30, most: 120, growth: 1.25 };

/** A tmux server of its own, with every program that is opened in it. */
export function startTerminals(): Terminals {
  const server = `vulcan-ops-${process.pid}-${randomBytes(3).toString("hex")}`;
  const tmux = (...args: string[]) =>
    execFileSync("tmux", ["-L", server, "-f", "/dev/null", ...args], { encoding: "utf8" });
  let count = 0;
  return {
    open(command, { columns = 80, rows = 50, env = {} } = {}) {
      const name = `t${count++}`;
      const variables = Object.entries({ LANG: "C.UTF-8", CI: "", ...env }).map(([key, value]) => `${key}=${value}`);
      tmux("-u", "new-session", "-d", "-s", name, "-x", String(columns), "-y", String(rows));
      // What follows the program keeps the pane, so that the terminal can be looked at afterwards; Ctrl-C is not for it.
      tmux(
        "respawn-pane",
        "-k",
        "-t",
        name,
        `trap : INT; env ${variables.join(" ")} ${command}; stty -a; echo PANE-END; cat`,
      );
      return paneOf(name, tmux);
    },
    close: () => void spawnSync("tmux", ["-L", server, "kill-server"]),
  };
}

/**
 * The screen on which a step asks, as the last thing there. The question before may still stand there: between this
 * step's first row and the prompt no other one's may be.
 */
export const questionOf = (step: number, steps: number, prompt = "\\[y/N\\]"): RegExp =>
  new RegExp(`Step ${step}/${steps}: (?:(?!\\nStep \\d+/${steps}: )[\\s\\S])*${prompt}\\s*$`);

function paneOf(name: string, tmux: (...args: string[]) => string): Pane {
  const screen = () => tmux("capture-pane", "-p", "-J", "-S", "-200", "-t", name);
  return {
    type: (...keys) => void tmux("send-keys", "-t", name, ...keys),
    screen,
    glass: () => tmux("capture-pane", "-p", "-t", name),
    async until(text) {
      const deadline = Date.now() + DEADLINE_MS;
      for (let pause = LOOK_MS.first; ; pause = Math.min(LOOK_MS.most, pause * LOOK_MS.growth)) {
        const seen = screen();
        if (typeof text === "string" ? seen.includes(text) : text.test(seen)) return seen;
        if (Date.now() > deadline) throw new Error(`never saw ${text}; the screen shows:\n${seen}`);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    hasCursor: () => tmux("display-message", "-p", "-t", name, "#{cursor_flag}").trim() === "1",
    foreground() {
      const tty = tmux("display-message", "-p", "-t", name, "#{pane_tty}").trim();
      const processes = execFileSync("ps", ["-o", "tpgid=", "-t", tty], { encoding: "utf8" });
      return Number(processes.trim().split(/\s+/)[0]);
    },
    modes: () => /^speed [\s\S]*(?=^PANE-END)/m.exec(screen())?.[0].replaceAll("\n", " ") ?? "",
  };
}

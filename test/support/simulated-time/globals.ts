import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { real } from "./real-time.ts";
import type { SimulatedTimers } from "./timers.ts";

const require = createRequire(import.meta.url);

/** From now on everything in this process that asks for the time, or waits, gets the simulated one. */
export function replaceGlobals(timers: SimulatedTimers): void {
  replaceDate(timers);
  replacePerformance(timers);
  replaceTimers(timers);
  replaceAbortSignal(timers);
  dateAnswers();
}

function replaceDate(timers: SimulatedTimers): void {
  const now = (): number => timers.now;
  const simulated: DateConstructor = new Proxy(real.Date, {
    construct: (target, args, by) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, by === simulated ? target : by) as Date,
    apply: () => new real.Date(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  globalThis.Date = simulated;
}

function replacePerformance(timers: SimulatedTimers): void {
  const [began, origin] = [real.performanceNow(), timers.now];
  performance.now = () => began + timers.now - origin;
}

function replaceTimers({ setTimeout, setInterval, clear, delay }: SimulatedTimers): void {
  const replaced = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  Object.defineProperty(setTimeout, Symbol.for("nodejs.util.promisify.custom"), { value: delay });
  Object.assign(globalThis, replaced);
  Object.assign(require("node:timers"), replaced);
  Object.assign(require("node:timers/promises"), { setTimeout: delay });
  syncBuiltinESMExports();
}

function replaceAbortSignal({ setTimeout }: SimulatedTimers): void {
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const abort = () => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    setTimeout(abort, ms).unref();
    return controller.signal;
  };
}

/** The date in the answers of this process's servers: Node would take it from the machine's clock. */
function dateAnswers(): void {
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    response.setHeader("Date", new Date().toUTCString());
  });
}

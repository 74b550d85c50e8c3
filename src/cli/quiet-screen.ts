import { createUnattendedIo, type UnattendedOptions } from "../ui/io/non-interactive-io.ts";
import type { Screen } from "../ui/io/screen.ts";

/** What a quiet log still has: what went wrong, and the end. */
const LOUD: ReadonlySet<string> = new Set(["step.failed", "execution.tookOver", "execution.ended"]);

/** The io without a person, under --quiet: no plan, no progress. Data on stdout is complete all the same. */
export function createQuietIo(options: UnattendedOptions): Screen {
  let isLoud = false;
  const prose = {
    write: (text: string) => (isLoud ? options.out.prose.write(text) : true),
  };
  const screen = createUnattendedIo({ ...options, out: { ...options.out, prose } });
  return {
    ...screen,
    notify(event) {
      isLoud = LOUD.has(event.type);
      screen.notify(event);
      isLoud = false;
    },
  };
}

import { describe, expect, it } from "vitest";
import { renderDoctor } from "../../../src/ui/render/doctor.ts";
import { renderStatus, renderStatusScreen } from "../../../src/ui/render/status.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { FINDINGS } from "../diagnoses.ts";
import { HEALTHY, NOW, PARTIAL, TROUBLED } from "../overviews.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const golden = (name: string) => `../../golden/ui/${name}.txt`;
/** A label, at most one word or one quoted text that is wider than the line, and what continues a command. */
const isOneWord = (line: string) => /^ *(([A-Z?]\w*|Last good|Left over) +)?('[^']*'|"[^"]*"\S*|\S+)( \\)?$/.test(line);

const SCREENS: Readonly<Record<string, (display: DisplayOptions) => string>> = {
  "status-healthy": (display) => renderStatus(HEALTHY, display, NOW),
  "status-troubled": (display) => renderStatus(TROUBLED, display, NOW, { target: ["--target", "prod"] }),
  "status-partial": (display) => renderStatus(PARTIAL, display, NOW),
  overview: (display) => renderStatusScreen(TROUBLED, display, NOW),
  doctor: (display) => renderDoctor("prod  vulcan-prod / vulcan-prod", FINDINGS, display),
};

describe.each(Object.entries(SCREENS))("the screen %s", (name, render) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(render({ ...PLAIN, columns })).toMatchFileSnapshot(golden(`${name}-${columns}`));
  });

  it.each([40, 60, 80, 120])("fits %i columns but for words that are wider", (columns) => {
    for (const unicode of [true, false]) {
      const lines = render({ ...PLAIN, columns, unicode }).split("\n");
      expect(lines.filter((line) => width(line) > columns && !isOneWord(line))).toEqual([]);
    }
  });

  it("says the same in colour, and the same words in ASCII", () => {
    const coloured = render({ ...PLAIN, colour: true });
    expect(coloured).not.toBe(render(PLAIN));
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(render(PLAIN));
    expect(render({ ...PLAIN, unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

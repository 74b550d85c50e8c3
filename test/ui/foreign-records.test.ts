import fc from "fast-check";
import { expect, it } from "vitest";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { createEventLog } from "../../src/ui/render/event-log.ts";
import { jsonText } from "../../src/ui/text/json-text.ts";
import { started, verified } from "../journal/events.ts";

const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const EVIL = "\u001b]0;x\u0007\u001b[2J\u009b1m\u202e\u200b\r";

it("a journal by another hand controls no terminal", () => {
  const narrator = createEventLog({ columns: 80, colour: false, unicode: true, live: false });
  const { at, execution } = started;
  const step = { at, execution, step: `revert${EVIL}`, phase: "do" } as const;
  const events: readonly JournalEvent[] = [
    { ...started, runbook: { ...started.runbook, id: EVIL }, caller: { account: EVIL, arn: EVIL } },
    { ...verified(`done${EVIL}`), step: step.step },
    { ...step, type: "step.failed", reason: EVIL, text: EVIL, evidence: [EVIL], next: [EVIL], effect: "none" },
    { at, execution, type: "execution.ended", status: "failed", exitCode: 1, text: EVIL, next: [`vulcan-ops ${EVIL}`] },
  ];
  const shown = events.map((event) => narrator.write(event)).join("");
  expect(shown).toContain("done\\u{1b}]0;x");
  expect(shown).not.toMatch(UNSAFE);
});

it("JSON controls none either, and says the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
      const whole = { value, text: `${text}${EVIL}` };
      expect(jsonText(whole, 2)).not.toMatch(UNSAFE);
      expect(JSON.parse(jsonText(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
    }),
  );
});

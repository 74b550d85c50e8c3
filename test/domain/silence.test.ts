import { describe, expect, it } from "vitest";
import { silenceOf } from "../../src/domain/silence.ts";

const ASKED = { class: "go", isTyped: false, isClear: true, isBelowSize: false } as const;

describe("what a question does without an answer", () => {
  it("go waits at the usual size, and is a no after 5 min below it", () => {
    expect(silenceOf(ASKED)).toBeUndefined();
    expect(silenceOf({ ...ASKED, isBelowSize: true })).toEqual({ within: 300, answer: "no", isUrgent: true });
  });

  it("go ends at the window's last moment, with the time to read it", () => {
    const left = (windowLeft: number) => silenceOf({ ...ASKED, isBelowSize: true, windowLeft })?.within;
    expect([left(900), left(120.7), left(-60)]).toEqual([300, 120, 10]);
  });

  it.each([
    ["back", 30],
    ["look", 10],
  ] as const)("%s counts down %i s to a yes, and a key holds it for 5 min", (about, countdown) => {
    const silence = { countdown, within: 300, answer: "yes", isUrgent: false };
    expect(silenceOf({ ...ASKED, class: about })).toEqual(silence);
    expect(silenceOf({ ...ASKED, class: about, isBelowSize: true })).toEqual({ ...silence, isUrgent: true });
  });

  it("anything but OK takes no countdown: a look waits, what puts back is done after 5 min", () => {
    const doubtful = { ...ASKED, isClear: false };
    expect(silenceOf({ ...doubtful, class: "look" })).toBeUndefined();
    expect(silenceOf({ ...doubtful, class: "look", isBelowSize: true })?.answer).toBe("no");
    expect(silenceOf({ ...doubtful, class: "back" })).toEqual({ within: 300, answer: "yes", isUrgent: false });
  });

  it("a text is never typed by silence", () => {
    for (const about of ["go", "back", "look"] as const) {
      const typed = { ...ASKED, class: about, isTyped: true };
      expect(silenceOf(typed)).toBeUndefined();
      expect(silenceOf({ ...typed, isBelowSize: true })?.answer).toBe("no");
    }
  });
});

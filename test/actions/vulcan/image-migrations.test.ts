import { describe, expect, it } from "vitest";
import { knowledgeOf } from "../../../src/actions/vulcan/image-migrations.ts";

const of = (...newest: (number | undefined)[]) =>
  knowledgeOf(newest.map((known, index) => ({ revision: `vulcan-prod:${43 - index}`, newest: known })));

describe("what the deployed image knows", () => {
  it("is what its own label says, though another revision runs that knows more", () => {
    expect(of(7, 9)).toEqual({ known: true, newest: 7, how: "vulcan.migrations=7 on vulcan-prod:43" });
  });

  it("is else the highest of those that run beside it", () => {
    expect(of(undefined, 6, 7, undefined)).toMatchObject({ known: true, newest: 7 });
  });

  it("is unknown where nothing says it", () => {
    expect(of(undefined, undefined)).toEqual({
      known: false,
      why: "no label or tag vulcan.migrations on vulcan-prod:43, vulcan-prod:42",
    });
  });
});

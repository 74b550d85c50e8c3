import { describe, expect, it } from "vitest";
import { wayBackText } from "../../../src/domain/upgrade/way-back.ts";

const OLD = "1.42.1 (:42)";
const two = [{ from: 7, to: 8 }];

describe("the way back, told beforehand", () => {
  it("is the image where nothing is applied, or the migrations only add", () => {
    expect(wayBackText({ known: true, pending: [], expansion: "compatible" }, OLD)).toBe(
      "undo deploys 1.42.1 (:42); no migration is applied",
    );
    expect(wayBackText({ known: true, pending: two, expansion: "compatible" }, OLD)).toBe(
      "undo deploys 1.42.1 (:42); 2 migrations only add, by description",
    );
  });

  it("is not the image alone where they do not", () => {
    expect(wayBackText({ known: true, pending: two, expansion: "breaking" }, OLD)).toContain(
      "not the image alone: 2 migrations change what 1.42.1 (:42) uses; vulcan-ops migrate down 2",
    );
  });

  it("is not known where it is not", () => {
    expect(wayBackText({ known: true, pending: two, expansion: "unknown" }, OLD)).toMatch(/^not known/);
    expect(wayBackText({ known: false, why: "no label" }, OLD)).toBe("not known: no label");
  });
});

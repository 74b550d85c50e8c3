import { describe, expect, it } from "vitest";
import { settingsOf } from "../../src/database/url-settings.ts";

const of = (options: string, env = {}) =>
  settingsOf(`postgres://db/vulcan?options=${encodeURIComponent(options)}`, env);

describe("the settings that a URL asks for", () => {
  it.each([
    ["", []],
    ["-c search_path=a,b", [["search_path", "a,b"]]],
    [
      "-csearch_path=a --work-mem=1MB",
      [
        ["search_path", "a"],
        ["work_mem", "1MB"],
      ],
    ],
    [
      "-c my.note=a\\ b\\\\c  -c empty=",
      [
        ["my.note", "a b\\c"],
        ["empty", ""],
      ],
    ],
  ])("%s", (options, settings) => {
    expect(of(options)).toEqual(settings);
  });

  it("are those of PGOPTIONS where it names none", () => {
    expect(of("", { PGOPTIONS: "-c a=b" })).toEqual([["a", "b"]]);
    expect(of("-c c=d", { PGOPTIONS: "-c a=b" })).toEqual([["c", "d"]]);
  });

  it.each(["-d 5", "search_path=a", "-c", "-c =a", "-c a;b=c"])("%s is refused", (options) => {
    expect(() => of(options)).toThrow("no settings of the form -c NAME=VALUE");
  });
});

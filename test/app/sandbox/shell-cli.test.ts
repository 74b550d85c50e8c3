import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellCliNote } from "../../../src/app/sandbox/shell-cli.ts";

let programs: string;
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), "vulcan-ops-cli-"));
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const env = () => ({ PATH: `${programs}:/usr/bin:/bin` });

function install(version: string): void {
  writeFileSync(join(programs, "aws"), `#!/bin/sh\necho "${version}"\n`);
  chmodSync(join(programs, "aws"), 0o755);
}

describe("the aws of a shell in which one rehearses", () => {
  it("is told of where it does not know AWS_ENDPOINT_URL", async () => {
    install("aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12");
    expect(await shellCliNote(env())).toBe(
      "The aws of this shell (2.9.19) does not know AWS_ENDPOINT_URL: its lines go to AWS itself, not to the sandbox. It needs AWS CLI 2.13 or 1.29, or a newer one.",
    );
  });

  it("is no matter where it knows the variable, says something else, or is not there", async () => {
    install("aws-cli/1.45.11 Python/3.11.7");
    expect(await shellCliNote(env())).toBeUndefined();
    install("hello");
    expect(await shellCliNote(env())).toBeUndefined();
    expect(await shellCliNote({ PATH: join(programs, "nowhere") })).toBeUndefined();
  });
});

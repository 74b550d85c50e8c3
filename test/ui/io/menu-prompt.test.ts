import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askMenu } from "../../../src/ui/io/menu-prompt.ts";
import { AT_ONCE } from "./typing.ts";

const DISPLAY = { columns: 80, colour: false, unicode: true, live: true };
const SCREEN = { short: "SHORT", details: "DETAILS", choices: [{ value: "a", label: "Roll back" }] };

it("is drawn again when the process continues after Ctrl-Z, below what the shell has written", async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  let shown = "";
  const write = (text: string) => {
    shown += text;
    return true;
  };
  const terminal = { input, output: { isTTY: true, columns: 80, rows: 24, write }, display: DISPLAY, quiet: AT_ONCE };
  const reply = askMenu(terminal as never, SCREEN);
  await expect.poll(() => shown, { timeout: 30_000 }).toContain("q quit");
  input.write("d");
  await expect.poll(() => shown, { timeout: 30_000 }).toContain("DETAILS");
  const before = shown.length;
  process.emit("SIGCONT", "SIGCONT");
  const again = shown.slice(before);
  expect(again).toMatch(/^DETAILS\n\n> 1 Roll back\n.*d summary · q quit\n$/);
  input.write("q");
  expect(await reply).toEqual({ kind: "quit" });
});

import { expect, test } from "vitest";
import { identityLines, identityText } from "../../../src/ui/render/identity.ts";

const TARGET = { name: "prod", service: "vulcan-prod", region: "eu-west-1", production: true };
const DISPLAY = { columns: 80, colour: true, unicode: true, live: true };

test("production is in reverse video, with account and region", () => {
  const [line] = identityLines({ target: TARGET, account: "111122223333" }, DISPLAY);
  expect(line).toBe("\u001b[1;7;31m PRODUCTION \u001b[22;27;39mvulcan-prod · 111122223333 · eu-west-1");
});

test("a sandbox is called so, with its address", () => {
  const identity = {
    target: { ...TARGET, production: false },
    elsewhere: "http://127.0.0.1:39993",
    account: "111122223333",
  };
  expect(identityText(identity)).toBe("SANDBOX (127.0.0.1:39993) vulcan-prod · 111122223333 · eu-west-1");
});

test("another environment stands under its own name, and what is not known is said", () => {
  const { region: _, ...target } = { ...TARGET, name: "staging", production: false };
  expect(identityText({ target })).toBe("STAGING vulcan-prod · account not known · region not pinned");
});

import { expect, it } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { helpTexts } from "../../src/cli/help-texts.ts";

it.each(["status", "doctor", "restore", "maintenance", "watch", "migrate", "migrate down", "sandbox", "sandbox start"])(
  "the help of %s",
  async (name) => {
    const texts = await helpTexts(COMMANDS);
    await expect(texts[name]).toMatchFileSnapshot(`../golden/help/${name.replace(" ", "-")}.txt`);
  },
);

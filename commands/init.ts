import { findTarget } from "../src/app/init/find-target.ts";
import { fileFor, writeConfiguration } from "../src/app/init/write-target.ts";
import { defineCommand } from "../src/cli/command.ts";
import type { OptionsOf } from "../src/cli/options.ts";
import { askChoice, isInteractive, printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine, option } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { type FoundTarget, foundValue } from "../src/domain/found-target.ts";
import { renderFoundTarget, type WrittenFile } from "../src/ui/render/found-target.ts";

const OPTIONS = {
  cluster: { type: "string", value: "NAME", describe: "ECS cluster (default: the only one, else asked)" },
  service: {
    type: "string",
    value: "NAME",
    describe: "ECS service (default: the only one of the cluster, else asked)",
  },
  database: { type: "string", value: "NAME", describe: "RDS instance (default: the only one, else asked)" },
  "admin-url": {
    type: "string",
    value: "URL",
    describe: "https URL of Vulcan's admin API (default: by the load balancer's listeners); for your own file",
  },
  own: {
    type: "boolean",
    describe: "Write to your own file in ~/.config/vulcan-ops, which alone may hold the admin URL",
  },
  file: { type: "string", value: "FILE", describe: "Write to this file (default: vulcan-ops.yaml, here)" },
  print: { type: "boolean", describe: "Print the file; write nothing" },
  force: { type: "boolean", describe: "Without a question: change a file that is there" },
  ...TARGET_OPTIONS,
  target: { ...TARGET_OPTIONS.target, describe: "Name of the target (default: the service's)" },
  ...OUTPUT_OPTIONS,
} as const;

type Options = OptionsOf<typeof OPTIONS>;

export const init = defineCommand({
  name: "init",
  describe: "Find cluster, service, database and admin URL, and write vulcan-ops.yaml; changes nothing in AWS",
  options: OPTIONS,
  examples: [
    ["vulcan-ops init", "look with the caller's credentials, ask where there are several, write the file"],
    ["vulcan-ops init --target prod --cluster web --service web --print", "what it would write; asks nothing"],
  ],
  async run(options, context) {
    if (options.own && options.file !== undefined)
      throw usageError("init-where", "--own and --file both say where to write: give one", ["vulcan-ops init --own"]);
    const ask = (message: string, all: readonly string[], preset: string | undefined) =>
      isInteractive(options, context)
        ? askChoice(
            context,
            message,
            all.map((value) => ({ value, label: value })),
            preset,
          )
        : Promise.resolve(undefined);
    const found = await findTarget(options, context, ask);
    const file = fileFor(found, options, context);
    if (options.print) {
      context.stdout.write(file.text);
      return EXIT.done;
    }
    if (!(await mayWrite(file, found, options, context))) return EXIT.declined;
    if (file.effect !== "same") writeConfiguration(file);
    const { path, effect } = file;
    const notes = notesOn(found, file, options, context);
    const next = nextOf(found, options);
    printAnswer(options, context, {
      data: { schemaVersion: 1, ...found, file: { path, effect }, notes, next },
      text: () => renderFoundTarget(found, { path, effect }, notes, next, answerDisplayOptions(context)),
    });
    return EXIT.done;
  },
});

/** A new file asks nothing. One that is there is never changed without a yes, or `--force`. */
async function mayWrite(
  { path, effect }: WrittenFile,
  { name }: FoundTarget,
  options: Options,
  context: ProcessContext,
) {
  if (effect === "new" || effect === "same" || options.force) return true;
  const what = effect === "added" ? `Add target ${name} to ${path}?` : `Update target ${name} in ${path}?`;
  if (!isInteractive(options, context))
    throw usageError("init-exists", `${path} is there already, and it is changed only after a yes`, [
      "vulcan-ops init … --force",
      "vulcan-ops init … --print",
    ]);
  const choices = [
    { value: "no", label: "No, leave it as it is" },
    { value: "yes", label: "Yes; its other settings and comments stay" },
  ];
  return (await askChoice(context, what, choices)) === "yes";
}

function notesOn(found: FoundTarget, file: WrittenFile, { own }: Options, { env }: ProcessContext): readonly string[] {
  const adminUrl = foundValue(found, "adminUrl");
  const named = env.VULCAN_OPS_CONFIG;
  return [
    ...(adminUrl !== undefined && !own
      ? [
          "adminUrl may only stand in your own file, so it is not written here; the second command below writes it there.",
        ]
      : []),
    ...(named && named !== file.path
      ? [`VULCAN_OPS_CONFIG names another file, ${named}: unset it, or this one is not read.`]
      : []),
    ...(foundValue(found, "database") === undefined
      ? ["Without a database in the file, commands take the documented name vulcan-prod."]
      : []),
  ];
}

function nextOf(found: FoundTarget, { own, profile }: Options): readonly string[] {
  const words = [...option("target", found.name), ...(profile === undefined ? [] : option("profile", profile))];
  const adminUrl = foundValue(found, "adminUrl");
  const [cluster = "", service = ""] = ["cluster", "service"].map((name) => foundValue(found, name));
  const database = foundValue(found, "database");
  const named = [
    ...[...option("cluster", cluster), ...option("service", service)],
    ...(database === undefined ? [] : option("database", database)),
  ];
  return [
    commandLine`vulcan-ops doctor ${words}`,
    ...(adminUrl === undefined || own
      ? []
      : [commandLine`vulcan-ops init --own ${words} ${named} ${option("admin-url", adminUrl)}`]),
  ];
}

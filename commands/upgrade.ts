import { defineRunbookCommand } from "../src/cli/runbook-command.ts";
import { RELEASE_OPTIONS } from "../src/cli/shared-options.ts";
import { runbookCommand } from "./run.ts";

export const upgrade = runbookCommand(
  defineRunbookCommand({
    name: "upgrade",
    runbook: "upgrade-service",
    describe: "Upgrade the service to a new release, prove it, and watch",
    options: {
      image: {
        type: "string",
        input: "image",
        describe: "Image to deploy, by tag or digest, in a copy of the revision (this or --to)",
      },
      to: {
        type: "string",
        input: "to",
        example: "--to 43",
        value: "REV",
        describe: "Registered revision to deploy, as in 43 (this or --image)",
      },
      watch: {
        type: "string",
        input: "watch",
        example: "--watch 30m",
        value: "DURATION",
        describe: "How long to watch afterwards: 15m to 24h (default: 30m)",
      },
      ...RELEASE_OPTIONS,
      "despite-hole": {
        type: "boolean",
        input: "despiteHole",
        group: "Advanced",
        describe: "Upgrade although a migration was skipped",
      },
      "migrations-file": {
        type: "string",
        value: "PATH",
        group: "Advanced",
        describe: "Vulcan's migrations.go, or its folder, which says whether migrations only add",
      },
    },
    examples: [
      ["vulcan-ops upgrade --image REGISTRY/vulcan:2.0.0 --dry-run", "show the plan and the way back; send nothing"],
      ["vulcan-ops upgrade --to 43 --watch 30m", "deploy a registered revision, prove it, watch"],
    ],
    exampleOf: () => "--image IMAGE",
  }),
);

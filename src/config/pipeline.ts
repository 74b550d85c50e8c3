import type { JsonObject } from "../domain/json.ts";
import type { PipelineSettings } from "../domain/upgrade/pipeline.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";

/** Each member with the only form in which it becomes a part of an address, or the name of a variable. */
const MEMBERS = {
  githubRepository: {
    pattern: /^[A-Za-z0-9][\w-]{0,38}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
    description: "owner/name of a repository on GitHub",
  },
  workflow: { pattern: /^[\w-][\w.-]{0,99}\.ya?ml$/, description: "file of the workflow, as in deploy.yml" },
  tokenFromEnv: { pattern: /^[A-Z][A-Z0-9_]{0,99}$/, description: "name of the variable that holds the token" },
} as const;

/** The same for editors. */
export const PIPELINE_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["githubRepository", "workflow"],
  properties: Object.fromEntries(
    Object.entries(MEMBERS).map(([name, { pattern, description }]) => [
      name,
      { type: "string", pattern: pattern.source, description },
    ]),
  ),
};

/** `pipeline: {githubRepository: owner/name, workflow: deploy.yml, tokenFromEnv: GITHUB_TOKEN}` */
export function readPipeline(key: string, member: Member, fail: Fail): PipelineSettings {
  const found = entries(mapOf(member.node, key, fail), Object.keys(MEMBERS), key, fail);
  const textAt = (name: keyof typeof MEMBERS): string => {
    const { pattern, description } = MEMBERS[name];
    const one = found.get(name);
    if (one === undefined) return fail(member.offset, `${key}.${name} is missing: ${description}`);
    const text = textOf(one, fail);
    return pattern.test(text) ? text : fail(one.offset, `${key}.${name} does not fit: ${description}`);
  };
  const settings = { githubRepository: textAt("githubRepository"), workflow: textAt("workflow") };
  return found.has("tokenFromEnv") ? { ...settings, tokenFromEnv: textAt("tokenFromEnv") } : settings;
}

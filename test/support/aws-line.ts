import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { wordsOf } from "./shell-words.ts";

/** Does what a line `aws ecs update-service …` says, as the AWS CLI would, without starting it. Throws at any other. */
export async function runUpdateService(line: string): Promise<void> {
  const [words = []] = wordsOf([line]);
  const [aws, service, operation, ...options] = words;
  if (aws !== "aws" || service !== "ecs" || operation !== "update-service") throw new Error(`another line: ${line}`);
  const input: Record<string, unknown> = {};
  for (let at = 0; at < options.length; ) {
    const name = (options[at++] ?? "").replace(/^--/, "");
    const value = options[at]?.startsWith("--") === false ? options[at++] : undefined;
    input[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] = value ?? true;
  }
  const { region: _, desiredCount, ...rest } = input;
  const count = desiredCount === undefined ? {} : { desiredCount: Number(desiredCount) };
  await new ECSClient({}).send(new UpdateServiceCommand({ ...rest, ...count } as never));
}

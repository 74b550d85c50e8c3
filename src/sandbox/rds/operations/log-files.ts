import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { number, text } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { findInstance } from "../find.ts";
import { badValue, requiredText } from "../input.ts";
import type { DbInstance } from "../model.ts";

/** Lines in one answer. [D] */
const MOST_LINES = 10_000;

/** One file holds all that the server has logged, where RDS begins one each hour. [name D; differs] */
function fileName(world: World, { createdAt }: DbInstance): string {
  const hour = new Date(Math.max(createdAt, world.clock.zero)).toISOString().slice(0, 13).replace("T", "-");
  return `error/postgresql.log.${hour}`;
}

/** A server that has not been started has logged nothing. */
async function logOf(world: World, input: Input): Promise<{ readonly name: string; readonly content: string }> {
  const instance = findInstance(world, requiredText(input, "DBInstanceIdentifier"));
  const server = await instance.started();
  return { name: fileName(world, instance), content: server?.log() ?? "" };
}

/** From a marker's line on, or the newest lines. [D] */
function portion(lines: readonly string[], input: Input): { readonly start: number; readonly end: number } {
  const most = number(input, "NumberOfLines") ?? MOST_LINES;
  if (!Number.isInteger(most) || most < 1 || most > MOST_LINES) throw badValue(`Invalid NumberOfLines: ${most}`);
  const marker = text(input, "Marker");
  const start = marker === undefined ? Math.max(0, lines.length - most) : Number(marker);
  if (!Number.isInteger(start) || start < 0) throw badValue("The marker provided is invalid.");
  return { start, end: Math.min(lines.length, start + most) };
}

export const logFileOperations: Readonly<Record<string, Operation>> = {
  DescribeDBLogFiles: reading(async (world, input) => {
    const { name, content } = await logOf(world, input);
    const file = { LogFileName: name, LastWritten: world.clock.now(), Size: Buffer.byteLength(content) };
    const isWanted =
      name.includes(text(input, "FilenameContains") ?? "") &&
      file.LastWritten >= (number(input, "FileLastWritten") ?? 0) &&
      file.Size > (number(input, "FileSize") ?? 0);
    return { DescribeDBLogFiles: isWanted ? [file] : [] };
  }),

  DownloadDBLogFilePortion: reading(async (world, input) => {
    const { name, content } = await logOf(world, input);
    const requested = requiredText(input, "LogFileName");
    if (requested !== name) {
      throw new AwsError("DBLogFileNotFoundFault", `DBLog File: ${requested}, is not found on the DB instance`, 404);
    }
    const lines = content.split(/(?<=\n)/);
    const { start, end } = portion(lines, input);
    return {
      LogFileData: lines.slice(start, end).join(""),
      Marker: String(end),
      AdditionalDataPending: end < lines.length,
    };
  }),
};

import { type CommandLine, commandLine } from "./command-line.ts";

/**
 * The line that installs a package where this program finds it: beside itself, which is seldom the working directory.
 * `module` is the path of a file of the program.
 */
export function installCommand(spec: string, module: string, workingDirectory: string): CommandLine {
  const [, folder, isGlobal] = /^(.*?)([\\/]lib)?[\\/]node_modules[\\/]vulcan-ops[\\/]/.exec(module) ?? [];
  if (folder === undefined || folder === workingDirectory) return commandLine`npm install ${spec}`;
  return isGlobal === undefined
    ? commandLine`npm install --prefix ${folder} ${spec}`
    : commandLine`npm install --global ${spec}`;
}

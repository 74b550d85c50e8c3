const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: "amd64", ARM64: "arm64" };

/**
 * What images of a revision have to be built for, by its platform (`LINUX/ARM64`), in a registry's words: `linux/arm64`.
 * Without one ECS takes LINUX/X86_64. [D: RuntimePlatform]
 */
export function runsOn(platform = ""): string {
  const architecture = platform.split("/").flatMap((part) => ARCHITECTURES[part] ?? [])[0] ?? "amd64";
  return `${platform.startsWith("WINDOWS") ? "windows" : "linux"}/${architecture}`;
}

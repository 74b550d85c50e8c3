/** How many journals are read at a time: few enough for a process that may open 64 files, and as many as Node reads. */
export const MOST_OPEN = 8;

/** `work` for each item, for at most `most` of them at a time; the answers in the order of the items. */
export async function atMost<T, R>(most: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers = new Array<R>(items.length);
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return answers;
}

/**
 * The result of a read, or an error after so many real milliseconds: an operator's seconds, whatever clock the target keeps.
 * The read itself is not stopped; whatever comes of it later is nobody's any more.
 */
export function within<T>(ms: number, reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

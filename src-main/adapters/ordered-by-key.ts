export interface OrderedByKey {
  /** Runs `work` after everything that was begun earlier under the same key. */
  <T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

export function createOrderedByKey(): OrderedByKey {
  const tails = new Map<string, Promise<unknown>>();
  const run = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return result;
  };
  const idle = async (): Promise<void> => {
    while (tails.size > 0) await Promise.all(tails.values());
  };
  return Object.assign(run, { idle });
}

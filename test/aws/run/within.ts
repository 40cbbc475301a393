/** The work was not done in its time. It may still go on; what it waits for is bounded, too. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** The work's result. @throws {TookTooLong} */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`${what} took longer than ${ms / 60_000} minutes`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

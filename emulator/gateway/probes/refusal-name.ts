/** The name of the error that a call ends with; undefined when it succeeds. */
export const nameOfRefusal = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: unknown) => (error as Error).name,
  );

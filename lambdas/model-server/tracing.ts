/** Runs some work as a named part of the request's trace. */
export type Trace = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export const noTrace: Trace = (_, work) => work();

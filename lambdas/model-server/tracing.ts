/** Runs some work as a named part of the request's trace. */
export type TraceCall = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export const noTrace: TraceCall = (_, work) => work();

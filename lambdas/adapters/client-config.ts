/**
 * For every SDK client. Four attempts with backoff below 1 s each: throttles and broken connections of a moment are over
 * by then; what lasts longer is the workflow's Retry.
 */
export const clientConfig = { maxAttempts: 4, retryMode: 'standard' } as const;

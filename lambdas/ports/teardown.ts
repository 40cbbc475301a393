import type { Kept } from '../domain/idle-versions';
import type { TeardownRequest } from '../contract/teardown-request';

/** What one run of the teardown did for an endpoint. */
export interface TeardownReport {
  readonly endpoint: string;
  readonly deleted: readonly string[];
  /** Versions whose provisioned concurrency was released. */
  readonly released: readonly string[];
  readonly kept: readonly Kept[];
  /** Why nothing was done. */
  readonly skipped?: string;
}

/** The app's own teardown, asked from outside. */
export interface Teardown {
  /** `failed`: its error, by name and message. */
  run(
    request: Partial<TeardownRequest>,
  ): Promise<readonly TeardownReport[] | { readonly failed: string; readonly message: string }>;
}

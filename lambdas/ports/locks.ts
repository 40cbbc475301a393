/** Who may change an endpoint's traffic now. */
export interface Lock {
  readonly endpoint: string;
  /** Execution ARN. */
  readonly owner: string;
  readonly rolloutId: string;
  /** ISO 8601; after it the lock may be taken over. */
  readonly leaseUntil: string;
}

/** One lock per endpoint: a conditional write, owned by an execution, with a lease. */
export interface Locks {
  /** Idempotent for the owner, whose lease it renews. Answers the other's lock when taken. */
  acquire(lock: Lock, now: string): Promise<'acquired' | Lock>;
  /** False when the lock is no longer the owner's. */
  renew(endpoint: string, owner: string, leaseUntil: string): Promise<boolean>;
  /** Releases only the owner's lock; false when it was not the owner's. */
  release(endpoint: string, owner: string): Promise<boolean>;
  read(endpoint: string): Promise<Lock | undefined>;
}

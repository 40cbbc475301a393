/** The sample of live requests that an endpoint keeps for replay. */
export interface CapturedRequests {
  /** The newest of an endpoint, newest first, until `atMost` is reached. None is no error. */
  newest(endpoint: string, atMost: CaptureLimits): Promise<readonly CapturedText[]>;
}

export interface CaptureLimits {
  readonly requests: number;
  /** Of all texts together. */
  readonly bytes: number;
}

/** One stored request, as it was written: whoever reads it parses it. */
export interface CapturedText {
  readonly key: string;
  readonly text: string;
}

/** One permission that a call needs. */
export interface RequiredAction {
  readonly action: string;
  readonly resource: string;
  /** Values that policy conditions may look at. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
  /** The state machine whose task waits for a token. */
  readonly stateMachineOfToken: (token: string) => string | undefined;
}

export type Input = Readonly<Record<string, unknown>>;
export type ActionTable = Readonly<Record<string, (input: Input, place: Place) => readonly RequiredAction[]>>;

/** `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME` */
export function arnOfQueue(url: string): string {
  const [, region = '', account = '', name = ''] = /^https:\/\/sqs\.([^.]+)\.[^/]+\/(\d+)\/(.+)$/.exec(url) ?? [];
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

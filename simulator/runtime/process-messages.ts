import type { CapturedObject } from '../../lambdas/adapters/s3/captured-requests';
import type { KeptLabel } from '../../lambdas/contract/feedback';
import type { RuntimeContext, InvocationResult } from './function-runtime';

/** One object version, as a model process asks for it. */
export interface ObjectReference {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** A label to keep unless its key has one already. */
export interface LabelToKeep {
  readonly bucket: string;
  readonly key: string;
  readonly label: KeptLabel;
}

/** What the engine sends to a function's process. */
export type ToProcess =
  | {
      readonly type: 'invoke';
      readonly events: readonly unknown[];
      readonly context: Omit<RuntimeContext, 'signal'>;
      /** The world's time, ms since 1970. */
      readonly at: number;
      /** Results are sent back after so many, or after 100 ms. */
      readonly flushEvery: number;
    }
  | { readonly type: 'object'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'label'; readonly id: number; readonly kept: KeptLabel }
  | { readonly type: 'captured'; readonly id: number; readonly how: 'kept' | 'taken' }
  | { readonly type: 'store-error'; readonly id: number; readonly name: string; readonly message: string };

/** What a function's process sends to the engine. */
export type FromProcess =
  | { readonly type: 'ready'; readonly logs: readonly string[] }
  | { readonly type: 'init-failed'; readonly name: string; readonly message: string; readonly logs: readonly string[] }
  | { readonly type: 'results'; readonly results: readonly InvocationResult[] }
  | { readonly type: 'get-object'; readonly id: number; readonly object: ObjectReference }
  | { readonly type: 'keep-label'; readonly id: number; readonly toKeep: LabelToKeep }
  | { readonly type: 'capture'; readonly id: number; readonly object: CapturedObject };

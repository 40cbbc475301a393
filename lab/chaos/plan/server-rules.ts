import { refuseTooLargeAnswer } from '../../../lambdas/model-server/answer';
import { readRequestId, writeRequestId } from '../../../lambdas/model-server/feedback/request-id';
import { told } from '../../../lambdas/model-server/not-ready';
import type { ParsedInferRequest } from '../../../lambdas/model-server/read-infer-request';
import type { RuntimeVersion } from '../../../simulator/runtime/function-runtime';

/** What the made-up model server asks the real one's code: whether callers' mischief counts. */
export interface ServerRules {
  /** Whether a label is taken, under an id that a caller made with a key of their own. */
  takesForged(version: RuntimeVersion, endpoint: string, at: number): boolean;
  /** What a caller reads of a failure that is not theirs. */
  tells(failure: Parameters<typeof told>[0]): string;
  /** Whether the model runs for a request whose answer cannot fit into Lambda's. */
  runsOversize(): boolean;
}

export const REAL_RULES: ServerRules = {
  tells: told,
  takesForged: ({ version, environment }, endpoint, at) => {
    const content = { endpoint, version, model: 'none', at, invocation: 'made-up', live: true, answered: undefined };
    const read = readRequestId(writeRequestId(content, "a caller's own"), environment['GREENLIGHT_REQUEST_KEY'] ?? '');
    return !('problem' in read);
  },
  runsOversize: () => {
    const signature = { name: 'scores', datatype: 'FP32', sizes: [100_000, 1_000], anyRank: false };
    const request = { rows: 100_000, outputs: [{ signature, binary: false }], sizes: new Map() };
    try {
      refuseTooLargeAnswer(request as unknown as ParsedInferRequest, true);
      return true;
    } catch {
      return false;
    }
  },
};

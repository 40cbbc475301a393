import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { historyInWords, statesIn } from '../../../lab/deployed/history';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const entered = (id: number, second: number, name: string): HistoryEvent => ({
  id,
  timestamp: at(second),
  type: 'TaskStateEntered',
  stateEnteredEventDetails: { name },
});

const stopped: readonly HistoryEvent[] = [
  { id: 1, timestamp: at(0), type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
  entered(2, 0, 'ValidateModel'),
  {
    id: 3,
    timestamp: at(2),
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'ModelRejected',
      cause: 'it is cut off',
    },
  },
  { id: 4, timestamp: at(2), type: 'TaskStateExited', stateExitedEventDetails: { name: 'ValidateModel' } },
  entered(5, 2, 'AbortRollout'),
  { id: 6, timestamp: at(9), type: 'ExecutionAborted', executionAbortedEventDetails: { error: 'Enough' } },
];

describe('the history of an execution', () => {
  it('names the states in the order in which they were entered', () => {
    expect(statesIn(stopped)).toEqual(['ValidateModel', 'AbortRollout']);
  });

  it('tells states, failures and the end, with seconds since the start', () => {
    expect(historyInWords(stopped).split('\n')).toEqual([
      '    +0.0 s    ExecutionStarted',
      '    +0.0 s  ValidateModel',
      '    +2.0 s    TaskFailed: ModelRejected: it is cut off',
      '    +2.0 s  AbortRollout',
      '    +9.0 s    ExecutionAborted: Enough: no cause',
    ]);
  });
});

import fc from 'fast-check';
import { create as createReconciler } from '../../lambdas/handlers/reconcile';
import { create as createRestore } from '../../lambdas/handlers/restore-blue';
import { create as createNet } from '../../lambdas/handlers/safety-net';
import { failureOf } from '../../lambdas/steps/restore-blue';
import { approvalAnswerOf, decidedByAnswer } from '../../lambdas/steps/rollout/progress';
import { awsError, type Sent, standIn, TEST_ENV } from '../adapters/stand-ins';
import { HandClock } from '../simulator/services/test-world';
import { noticesIn } from '../pages/notices/announced';
import { verificationState } from '../steps/verification-state';
import { SETTINGS_ITEM, table } from './app';
import { damaged, expectNamed, isOneLine, json, MANY, outcomeOf, SOME, text } from './hostile';

const ARN = 'arn:aws:states:eu-central-1:123456789012:execution:rollouts:r-1';
const state = { ...verificationState(), executionArn: ARN, phase: 'canary' };
const LOCK = {
  pk: 'ENDPOINT#digits',
  sk: 'LOCK',
  endpoint: 'digits',
  owner: ARN,
  rolloutId: 'r-1',
  leaseUntil: '2026-11-23T10:00:00.000Z',
};
const RECORD = {
  pk: 'ENDPOINT#digits',
  sk: 'RECORD#r-1',
  id: 'r-1',
  endpoint: 'digits',
  executionArn: ARN,
  status: 'running',
  startedAt: '2026-11-23T09:00:00Z',
  startedBy: 'upload',
  reason: '',
  state: JSON.stringify(state),
};

/** An endpoint whose live alias gives green, version 2, a tenth of the traffic. */
function halfShifted(...items: readonly Readonly<Record<string, unknown>>[]) {
  const dynamodb = table(SETTINGS_ITEM, ...items);
  const alias = { FunctionVersion: '1', weights: { '2': 0.1 } as Record<string, number> };
  const lambda = standIn(undefined, ({ command, input }: Sent) => {
    if (command === 'UpdateAlias') {
      const asked = input as {
        FunctionVersion?: string;
        RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
      };
      alias.FunctionVersion = asked.FunctionVersion ?? alias.FunctionVersion;
      alias.weights = asked.RoutingConfig?.AdditionalVersionWeights ?? alias.weights;
    }
    if (command === 'GetFunction') throw awsError('ResourceNotFoundException', 404);
    return {
      FunctionVersion: alias.FunctionVersion,
      RevisionId: 'r',
      RoutingConfig: { AdditionalVersionWeights: alias.weights },
    };
  });
  const sfn = standIn(undefined, ({ command, input }: Sent) => {
    if (command === 'ListExecutions') return { executions: [] };
    if (input['executionArn'] === ARN) return { status: 'FAILED' };
    throw awsError('ExecutionDoesNotExist');
  });
  const clients = {
    dynamodb: dynamodb.client,
    lambda: lambda.client,
    sfn: sfn.client,
    s3: standIn(undefined, () => ({})).client,
    cloudwatch: standIn(undefined, () => ({})).client,
  };
  const extras = { clock: new HandClock(), write: () => undefined };
  return {
    alias,
    dynamodb,
    notices: () => noticesIn(dynamodb.items()),
    net: createNet(clients, TEST_ENV, extras),
    restore: createRestore(clients, TEST_ENV, extras),
    reconcile: createReconciler(clients, TEST_ENV, extras),
  };
}

const lockOf = ({ dynamodb }: ReturnType<typeof halfShifted>) => dynamodb.items().find(({ sk }) => sk === 'LOCK');
const BLUE = { FunctionVersion: '1', weights: {} };

const EVENT_FIELDS = [
  'detail',
  'executionArn',
  'name',
  'status',
  'startDate',
  'stopDate',
  'error',
  'cause',
  'input',
  'inputDetails',
];
const event = {
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: ARN,
    name: 'r-1',
    status: 'FAILED',
    startDate: 1795424400000,
    stopDate: 1795424460000,
    error: 'E',
    cause: 'C',
    inputDetails: { included: false },
  },
};

test('a status event of any shape puts blue back, or is refused by name and changes nothing', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(damaged(event, EVENT_FIELDS), json(EVENT_FIELDS, [`"${ARN}"`, '"r-1"', '"ABORTED"'])),
      async (given) => {
        const app = halfShifted(LOCK, RECORD);
        const outcome = await outcomeOf(() => app.net(given));
        if ('error' in outcome) expectNamed(outcome.error);
        if ('value' in outcome && outcome.value === 'closed') {
          expect([app.alias, lockOf(app)]).toEqual([BLUE, undefined]);
          const [notice] = app.notices();
          expect(notice?.body.split('\n').filter((line) => !isOneLine(line))).toEqual([]);
        } else expect(app.alias).toEqual({ FunctionVersion: '1', weights: { '2': 0.1 } });
      },
    ),
    SOME,
  ));

test('whatever else an event says beside the execution, blue is put back', () =>
  fc.assert(
    fc.asyncProperty(json(), json(), json(), json(), async (startDate, error, cause, input) => {
      const app = halfShifted(LOCK, RECORD);
      const detail = { executionArn: ARN, name: 'r-1', status: 'FAILED', startDate, error, cause, input };
      expect(await app.net({ detail })).toBe('closed');
      expect([app.alias, lockOf(app)]).toEqual([BLUE, undefined]);
    }),
    SOME,
  ));

const withoutKeys = ({ pk, sk, ...rest }: Readonly<Record<string, unknown>>) => ({ keys: { pk, sk }, rest });

test('a record of any shape, old or foreign, is read or refused by name, and the alias is never written wrongly', () =>
  fc.assert(
    fc.asyncProperty(damaged(withoutKeys(RECORD).rest, Object.keys(RECORD)), fc.boolean(), async (record, asText) => {
      fc.pre(typeof record === 'object' && record !== null && !Array.isArray(record));
      const whole = asText ? record : { ...record, ...('state' in record && { state: { ...state, phase: 'x' } }) };
      const app = halfShifted(LOCK, { ...storable(whole), ...withoutKeys(RECORD).keys });
      const outcome = await outcomeOf(() => app.net(event));
      if ('error' in outcome) expectNamed(outcome.error, 'StoredItemInvalid');
      expect(['1']).toContain(app.alias.FunctionVersion);
    }),
    SOME,
  ));

test('with the state that the workflow hands over, blue is put back whatever the lock and the record say', () =>
  fc.assert(
    fc.asyncProperty(damaged(withoutKeys(RECORD).rest, Object.keys(RECORD)), async (record) => {
      fc.pre(typeof record === 'object' && record !== null && !Array.isArray(record));
      fc.pre(!('status' in record) || record.status !== 'ended');
      const app = halfShifted(LOCK, { ...storable(record), ...withoutKeys(RECORD).keys });
      const execution = { id: ARN, name: 'r-1', startTime: '2026-11-23T09:00:00Z' };
      const outcome = await outcomeOf(() =>
        app.restore({ execution, ending: 'abort', state: { ...state, failure: { Error: 'E', Cause: 'C' } } }),
      );
      if ('error' in outcome) expectNamed(outcome.error, 'StoredItemInvalid');
      expect(app.alias).toEqual(BLUE);
    }),
    SOME,
  ));

test('a state and a failure of any shape end as a failure that has a name and a cause', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        json(['failure', 'Error', 'Cause', 'approval', 'refusal']),
        damaged({ failure: { Error: 'E', Cause: '{"errorMessage":"x"}' } }),
      ),
      fc.boolean(),
      async (raw, asked) => {
        const { error, cause } = failureOf(raw, asked ? { ...verificationState(), next: 'approve' } : undefined);
        expect(typeof error).toBe('string');
        expect(cause.length).toBeGreaterThan(0);
        expect(cause.length).toBeLessThanOrEqual(4_000);
      },
    ),
    MANY,
  ));

test('an answer of any shape approves only if it says so, and its author is named', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        json(['approved', 'by', 'reason'], ['true']),
        fc.record({ approved: fc.boolean(), by: json(), reason: json() }),
        fc.record({ approved: fc.boolean(), by: text(), reason: text() }),
      ),
      async (given) => {
        const answer = approvalAnswerOf(given);
        // The workflow itself looks at `approved` alone.
        const said =
          typeof given === 'object' && given !== null && Object.hasOwn(given, 'approved')
            ? (given as { approved: unknown }).approved
            : undefined;
        expect(answer?.approved).toBe(typeof said === 'boolean' ? said : undefined);
        if (answer) expect(decidedByAnswer(answer)).toMatch(/^person: /);
        expect(decidedByAnswer(answer).length).toBeLessThan(7_300);
        const { cause } = failureOf({ approval: given }, { ...verificationState(), next: 'approve' });
        expect(cause).not.toBe('');
      },
    ),
    MANY,
  ));

/** What DynamoDB can hold: nothing undefined, no number beyond its range, nothing too deep. */
function storable(item: object): Record<string, unknown> {
  const kept = Object.entries(item).filter(
    ([, one]) => one !== undefined && (typeof one !== 'number' || Number.isSafeInteger(one)),
  );
  return Object.fromEntries(kept.map(([key, one]) => [key, typeof one === 'object' ? 'an object' : (one as unknown)]));
}

test('a person who writes at length still is the one who said no', () => {
  const given = { approved: false, by: 'x'.repeat(300), reason: ['no'] };
  const { cause, decidedBy } = failureOf({ approval: given }, { ...verificationState(), next: 'approve' });
  expect([cause, decidedBy]).toEqual([`${'x'.repeat(200)} said no`, `person: ${'x'.repeat(200)}`]);
});

test('an unreadable record leaves an alias that the reconciler brings to rest', async () => {
  const app = halfShifted(LOCK, { ...RECORD, state: '{"of":"another version of the app"}' });
  expect(await app.net(event)).toBe('closed');
  expect(lockOf(app)).toBeUndefined();
  await app.reconcile({});
  expect(app.alias).toEqual(BLUE);
});

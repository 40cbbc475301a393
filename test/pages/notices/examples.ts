import { EVENT_SCHEMA_VERSION } from '../../../lambdas/contract/names';
import type { EndedEvent, EventOf, Transition, TransitionEvent } from '../../../lambdas/contract/transition-event';

/**
 * An event of each transition, and what people are told of ends that need more words: shown in docs/reference/events.md
 * and docs/reference/notices.md.
 */

const BUCKET = 'greenlight-models';
const EXECUTIONS = 'arn:aws:states:eu-central-1:123456789012:execution:Greenlight-rollout';
const ID = 'digits-5f0c3a91be27-1';
const model = (file: string, versionId: string) => `s3://${BUCKET}/models/digits/${file}?versionId=${versionId}`;

const head = <Name extends Transition>(transition: Name, at: string, part = '') =>
  ({
    schemaVersion: EVENT_SCHEMA_VERSION,
    id: `digits/${ID}/${transition}${part}`,
    transition,
    severity: 'info',
    at: `2026-11-23T${at}.120Z`,
    endpoint: 'digits',
  }) as const;
const blue = { version: '6', model: model('v6.onnx', '3sL4kqtJlcpXroDTDmJ') };
const green = { version: '7', model: model('v7.onnx', 'PHtexPGjH2y7zBgeYJ') };
const rollout = {
  ...{ rolloutId: ID, executionArn: `${EXECUTIONS}:${ID}`, action: 'rollout' as const },
  ...{ startedBy: 'upload', reason: 'retrain week 47', blue, green },
};
const pass: NonNullable<EndedEvent['judgement']> = {
  verdict: 'pass',
  reason:
    'no harm on errors, latency, predictions, throttles: the least certainty above 99.9 % where 95 % is needed, ' +
    'after 15 minutes',
  ...{ minutes: 15, blueRequests: 81_204, greenRequests: 9_018 },
};
const upload = { bucket: BUCKET, key: 'models/digits/v8.onnx', versionId: 'kBjpHYq1e3mD0vR7Ws' };

export const endedExample = (changes: Partial<EndedEvent> = {}): EndedEvent => ({
  ...head('rollout-promoted', '09:21:08'),
  id: `digits/${ID}/ended`,
  ...rollout,
  ...{ outcome: 'promoted', phase: 'promoted', step: { number: 1, of: 1 }, weight: 10, decidedBy: 'judge' },
  ...{ liveVersion: '7', startedAt: '2026-11-23T09:00:03.000Z', judgement: pass },
  report: `s3://${BUCKET}/rollouts/digits/${ID}/report.html`,
  ...changes,
});

const regressed = {
  verdict: 'fail' as const,
  reason:
    'errors: non-finite outputs in 3.9 % (6 of 154 green answers) and 0 % (0 of 445 blue answers): worse ' +
    '(certainty 99.8 %, stopped from 99 %), in minute 1',
  ...{ minutes: 1, blueRequests: 445, greenRequests: 154 },
  gate: {
    ...{ name: 'errors', counts: 'non-finite outputs', blue: { events: 0, requests: 445 } },
    ...{ green: { events: 6, requests: 154 }, evidence: 6.4, limit: 4.6 },
  },
};
export const regressedExample = (changes: Partial<EndedEvent> = {}): EndedEvent =>
  endedExample({
    ...{ transition: 'rollout-aborted', severity: 'failed', outcome: 'aborted', phase: 'canary' },
    ...{ error: 'CanaryRegressed', cause: regressed.reason, judgement: regressed, liveVersion: '6' },
    ...changes,
  });

export const askedExample = (changes: Partial<EventOf<'approval-asked'>> = {}): EventOf<'approval-asked'> => ({
  ...head('approval-asked', '09:20:05'),
  severity: 'action',
  ...rollout,
  ...{ why: 'before-promote', askedAt: '2026-11-23T09:20:05.120Z', expiresAt: '2026-11-24T09:20:05.120Z' },
  ...{ defaultAnswer: 'reject', weight: 10, judgement: pass },
  ...changes,
});

const revertedExample = (changes: Partial<EndedEvent> = {}): EndedEvent =>
  regressedExample({
    ...{ transition: 'rollout-reverted', outcome: 'reverted', phase: 'promoted', error: 'LiveRegressed' },
    ...changes,
  });

export const refusedExample = endedExample({
  ...{ transition: 'rollout-rejected', severity: 'failed', outcome: 'rejected', phase: 'before-traffic' },
  ...{ step: undefined, weight: undefined, judgement: undefined, decidedBy: 'check', liveVersion: '6' },
  ...{ error: 'ModelRejected', cause: 'golden set: accuracy 60.8 % (113 of 186 right); the limit minAccuracy is 90 %' },
});

export const heldExample = (changes: Partial<EventOf<'judging-held'>> = {}): EventOf<'judging-held'> => ({
  ...head('judging-held', '09:12:05'),
  severity: 'action',
  ...rollout,
  ...{ phase: 'canary', weight: 10 },
  why: 'blue itself had 271 of 445 failed requests (60.9 %), in its own hour 0.1 %',
  ...changes,
});

/** As JSON: members that are undefined are not there. */
const plain = <T extends Readonly<Record<string, TransitionEvent>>>(value: T): T =>
  JSON.parse(JSON.stringify(value)) as T;

export const EXAMPLES: Readonly<Record<Transition, TransitionEvent>> = plain<
  Readonly<Record<Transition, TransitionEvent>>
>({
  'rollout-started': {
    ...head('rollout-started', '09:00:04'),
    ...{ ...rollout, green: { model: green.model }, dryRun: false, steps: [{ weight: 10, bakeMinutes: 15 }] },
  },
  'rollout-waiting': {
    ...head('rollout-waiting', '09:00:05'),
    ...{ ...rollout, green: {}, why: '20 rollouts of 20 run, and 3 came before it' },
  },
  'green-deployed': { ...head('green-deployed', '09:00:19'), ...rollout },
  'green-verified': {
    ...head('green-verified', '09:00:31'),
    ...{ ...rollout, verification: { rows: 186, goldenAccuracy: 0.978, blueAccuracy: 0.962 } },
  },
  'traffic-shifted': {
    ...head('traffic-shifted', '09:00:33', '/1'),
    ...{ ...rollout, weight: 10, step: { number: 1, of: 1 }, bakeMinutes: 15 },
  },
  'bake-extended': {
    ...head('bake-extended', '09:18:05'),
    ...{ ...rollout, weight: 10, step: { number: 1, of: 1 }, extendedMinutes: 15 },
    judgement: {
      verdict: 'inconclusive',
      reason: 'no proof on predictions: certainty 69.9 % of the 95 % needed, after 15 minutes',
      ...{ minutes: 15, blueRequests: 1_204, greenRequests: 131 },
    },
  },
  'judging-held': heldExample(),
  'approval-asked': askedExample(),
  'approval-answered': {
    ...head('approval-answered', '09:41:12'),
    ...{ ...rollout, approved: true, answeredBy: 'person: Ada (seen on the dashboard)' },
  },
  'green-promoted': {
    ...head('green-promoted', '09:18:06'),
    ...{ ...rollout, weight: 100, watchMinutes: 1, decidedBy: 'judge', judgement: pass },
  },
  'rollout-promoted': endedExample({ proof: '9,018 live requests' }),
  'rollout-promoted-first': endedExample({
    ...{ transition: 'rollout-promoted-first', outcome: 'promoted-first', blue: { version: '1' } },
    ...{ step: undefined, weight: undefined, judgement: undefined },
    decidedBy: 'no blue to compare with: the canary was skipped',
  }),
  'rollout-already-live': endedExample({
    ...{ transition: 'rollout-already-live', outcome: 'already-live', phase: 'before-traffic', green: blue },
    ...{ step: undefined, weight: undefined, judgement: undefined, decidedBy: 'check', liveVersion: '6' },
  }),
  'rollout-dry-run-passed': endedExample({
    ...{ transition: 'rollout-dry-run-passed', outcome: 'dry-run-passed', phase: 'before-traffic', liveVersion: '6' },
    ...{ step: undefined, weight: undefined, judgement: undefined, decidedBy: 'check' },
  }),
  'rollout-aborted': regressedExample(),
  'rollout-reverted': revertedExample({
    severity: 'action',
    liveFails: {
      how: 'fails',
      version: '6',
      at: '2026-11-23T09:21:04.000Z',
      why: 'it answered 61 of 63 requests with 503',
      earlier: '5',
    },
  }),
  'rollout-not-restored': regressedExample({
    ...{ transition: 'rollout-not-restored', outcome: 'not-restored', phase: 'promoted', error: 'LiveRegressed' },
    ...{ severity: 'action', liveVersion: '7' },
  }),
  'rollout-rejected': refusedExample,
  'deploy-stopped': {
    ...head('deploy-stopped', '09:20:09'),
    ...{ severity: 'action', rolloutId: 'digits-deploy-4be90c71d2aa', error: 'GreenUnhealthy' },
  },
  'upload-refused': {
    ...head('upload-refused', '09:00:02'),
    ...{ severity: 'failed', rolloutId: ID, model: green.model, error: 'InvalidUpload' },
    cause: 'models/digits/v7.txt: the key must end in .onnx, the suffix of endpoint digits',
    report: `s3://${BUCKET}/rollouts/digits/${ID}/report.html`,
  },
  'upload-waiting': {
    ...head('upload-waiting', '09:05:40'),
    ...{ upload, rolloutId: 'digits-a81f20c4d9e3-1', behind: ID },
    id: 'digits/digits-a81f20c4d9e3-1/upload-waiting',
  },
  'upload-superseded': {
    ...head('upload-superseded', '09:11:26'),
    ...{ upload, rolloutId: 'digits-a81f20c4d9e3-1' },
    id: 'digits/digits-a81f20c4d9e3-1/upload-superseded',
    why: 'models/digits/v9.onnx (version id w0Ls2Qk7) took its place',
  },
  'leftover-weights-found': {
    ...head('leftover-weights-found', '09:45:00'),
    ...{ id: 'digits/alias/leftover-weights-found/4f5b1d0e', severity: 'action' },
    ...{ liveVersion: '7', other: { version: '6', weight: 20 } },
  },
  'version-unavailable': {
    ...head('version-unavailable', '09:50:00'),
    ...{ id: 'digits/version-7/version-unavailable/0', severity: 'action', version: '7', neededFor: 'live' },
    ...{ model: model('v7.onnx', 'PHtexPGjH2y7zBgeYJ'), reason: 'archived' },
    cause:
      'its model is archived, and an archive is not read before it is restored (InvalidObjectState: The ' +
      "operation is not valid for the object's storage class)",
    toDo:
      'copy it to the storage class STANDARD (a restored copy goes away again), and keep lifecycle rules off the ' +
      'prefix models/',
  },
  'version-available': {
    ...head('version-available', '09:55:00'),
    ...{ id: 'digits/version-7/version-available/1', version: '7', neededFor: 'live' },
    model: model('v7.onnx', 'PHtexPGjH2y7zBgeYJ'),
  },
  'idle-versions-deleted': {
    ...head('idle-versions-deleted', '10:00:00'),
    id: 'digits/teardown/idle-versions-deleted/2026-11-23T10:00:00.120Z',
    ...{ deleted: ['2', '3'], released: [], kept: [{ version: '6', why: 'the rollback target' }] },
  },
  'teardown-postponed': {
    ...head('teardown-postponed', '10:02:11'),
    id: 'digits/teardown/teardown-postponed/2026-12-01T08:00:00.000Z',
    ...{ until: '2026-12-01T08:00:00.000Z', reason: 'audit' },
  },
  'teardown-resumed': {
    ...head('teardown-resumed', '10:03:40'),
    id: 'digits/teardown/teardown-resumed/2026-11-23T10:03:40.120Z',
    reason: 'audit done',
  },
});

/** Ends that say more than their transition: in which phase, by whom. */
export const NOTICE_EXAMPLES: Readonly<Record<string, TransitionEvent>> = plain<
  Readonly<Record<string, TransitionEvent>>
>({
  Promoted: EXAMPLES['rollout-promoted'],
  'Stopped by the judge': EXAMPLES['rollout-aborted'],
  'Stopped by a person, before any traffic': endedExample({
    ...{ transition: 'rollout-aborted', outcome: 'aborted', phase: 'before-traffic', liveVersion: '6' },
    ...{ step: undefined, weight: undefined, judgement: undefined, decidedBy: 'person: Ada: wrong file' },
    ...{ error: 'AbortedByPerson', cause: 'Ada: wrong file' },
  }),
  'Gave way to a rollback': regressedExample({
    ...{ severity: 'info', error: 'StoppedByRollback', judgement: undefined, step: { number: 2, of: 3 }, weight: 25 },
    ...{ cause: 'rollback r-12: complaints', decidedBy: 'person: asked for a rollback' },
  }),
  'Out of time': regressedExample({
    ...{ error: 'States.Timeout', cause: 'the execution ran into its time limit', judgement: undefined },
    decidedBy: 'check',
  }),
  'Promoted, unwatched': endedExample({
    unwatched: 'no request in 1 min',
    judgement: undefined,
    decidedBy: 'strategy AllAtOnce',
  }),
  'The canary is held': EXAMPLES['judging-held'],
  'A promoted green stays, because blue would fail likewise': heldExample({
    ...{ phase: 'promoted', weight: 100 },
    why: 'asked directly, version 6 (blue) failed 63 of 100 and version 7 60 of 100 requests that both answered before',
  }),
  'Blue fails while a person is asked': heldExample({
    asked: true,
    why: 'blue itself had 271 of 445 failed requests (60.9 %), in its own hour 0.1 %; green 0 % (0 of 51 failed requests)',
  }),
  'Taken back after promotion': revertedExample(),
  'Taken back, and what is live then fails too': EXAMPLES['rollout-reverted'],
  'Refused by verification': EXAMPLES['rollout-rejected'],
  'The alias was moved outside the rollout': regressedExample({
    ...{ severity: 'action', error: 'LiveAliasMoved', liveVersion: '5', judgement: undefined },
    cause:
      'alias live of digits-function was changed outside this rollout and now says version 5 alone; that change stays',
    decidedBy: 'check',
  }),
  'A question': EXAMPLES['approval-asked'],
  'A question before green has any user': askedExample({
    ...{ why: 'before-traffic', weight: undefined, judgement: undefined },
    previewUrl: 'https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws/',
  }),
  'The first model': EXAMPLES['rollout-promoted-first'],
  'Live already': EXAMPLES['rollout-already-live'],
  'A dry run': EXAMPLES['rollout-dry-run-passed'],
  'An upload that starts nothing': EXAMPLES['upload-refused'],
  'An upload that waits': EXAMPLES['upload-waiting'],
  'An upload that lost its place': EXAMPLES['upload-superseded'],
  'Leftover weights': EXAMPLES['leftover-weights-found'],
  'A live version that cannot be started any more': EXAMPLES['version-unavailable'],
  'A rollback target that is gone': {
    ...head('version-unavailable', '09:50:00'),
    severity: 'action',
    ...{ id: 'digits/version-6/version-unavailable/0', version: '6', neededFor: 'rollback-target', reason: 'gone' },
    model: model('v6.onnx', '3sL4kqtJlcpXroDTDmJ'),
    cause: 'its model is not there any more; it was deleted (NoSuchVersion: The specified version does not exist.)',
    toDo: 'upload the model again; deleting the delete marker brings nothing back, this version itself is gone',
  },
  'A version that can be used again': EXAMPLES['version-available'],
  'The teardown': EXAMPLES['idle-versions-deleted'],
});

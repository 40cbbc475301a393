import { consoleLinks } from '../../../lambdas/adapters/console-links';
import { plainSubject } from '../../../lambdas/adapters/notices';
import { ENV } from '../../../lambdas/contract/names';
import { ERROR_NAMES } from '../../../lambdas/contract/errors';
import type { EndedEvent } from '../../../lambdas/contract/transition-event';
import { noticeOf, textOf } from '../../../lambdas/pages/notices/notice-of';
import { contextWith, TEST_ENV } from '../../adapters/stand-ins';
import { LINKS } from './announced';
import { askedExample, endedExample, EXAMPLES, NOTICE_EXAMPLES, refusedExample, regressedExample } from './examples';

const subjectOf = (event: EndedEvent): string => noticeOf(event, LINKS)!.subject;
const bodyOf = (event: EndedEvent): string => noticeOf(event, LINKS)!.body;
/** Below what serves and what to do. */
const happenedIn = (body: string): string => body.split('\n\n')[2]?.split('\n')[0] ?? '';

describe('the subject', () => {
  it.each(Object.entries(NOTICE_EXAMPLES))('of "%s" fits into a mail as it is', (_, event) => {
    const { subject } = noticeOf(event, LINKS)!;
    expect(plainSubject(subject).replaceAll(' ', '')).toBe(subject.replace(/\s/g, ''));
    expect(subject.length).toBeLessThan(100);
    expect(subject).toContain('digits: ');
  });

  it('begins with what a person must know first', () => {
    expect(subjectOf(endedExample())).toMatch(/^digits: version 7 was promoted$/);
    expect(subjectOf(regressedExample())).toMatch(/^Failed: digits: version 7 /);
    expect(noticeOf(askedExample(), LINKS)!.subject).toMatch(/^Action needed: digits: approve version 7\?/);
  });

  it('has the number that failed', () => {
    expect(plainSubject(subjectOf(regressedExample()))).toContain('errors 3.9 % (blue 0 %)');
    expect(subjectOf(refusedExample)).toBe(
      'Failed: digits: version 7 was refused before any traffic: golden set: accuracy 60.8 %',
    );
  });

  it('leaves out whole what does not fit', () => {
    const cause = `golden set ${'x'.repeat(80)}`;
    expect(subjectOf({ ...refusedExample, cause })).toBe(
      'Failed: digits: version 7 was refused before any traffic: ModelRejected',
    );
  });

  it('cuts no word, whatever the names are', () => {
    const model = `s3://b/models/digits/${'retrained-'.repeat(12)}v7.onnx?versionId=1`;
    for (const event of Object.values(NOTICE_EXAMPLES))
      for (const endpoint of ['e'.repeat(31), 'ﬁ'.repeat(31), 'fraud'])
        for (const green of [{ version: '123456789' }, { model }]) {
          const changed = { ...event, endpoint, ...('green' in event && { green }) };
          const sent = plainSubject(noticeOf(changed, LINKS)!.subject);
          expect(sent.length).toBeLessThan(100);
          const { happened, numbers } = textOf(changed, LINKS)!;
          const words = `${endpoint} ${happened} ${numbers.join(' ')}`.normalize('NFKD').split(/[\s,;:()]+/);
          const last = sent.replace(/\.\.\.$/, '').split(/[\s,;:()]+/);
          expect(words).toContain(last.filter((one) => one !== '').at(-1));
        }
  });
});

const ENDS: readonly (readonly [string, Partial<EndedEvent>, string])[] = [
  ['the judge, in a step', {}, 'was stopped in the canary (step 1 of 1, 10 %)'],
  ['an alarm', { decidedBy: 'alarm: errors is in ALARM' }, 'was stopped by an alarm in the canary (step 1 of 1, 10 %)'],
  ['want of proof', { error: 'InsufficientEvidence' }, 'was stopped in the canary (step 1 of 1, 10 %), without proof'],
  ['a person', { error: 'AbortedByPerson', decidedBy: 'person: Ada' }, 'was stopped by a person in the canary'],
  [
    'a person in the console, with words of their own, before any traffic',
    { error: 'Wrong file', decidedBy: 'person: stopped the execution', phase: 'before-traffic' },
    'was stopped by a person before any traffic',
  ],
  ['a rollback', { error: 'StoppedByRollback' }, 'gave way to a rollback in the canary'],
  ['time', { error: 'States.Timeout', decidedBy: 'check' }, 'ran out of time in the canary'],
  ['a no', { error: 'ApprovalRejected', decidedBy: 'person: Ada' }, 'was not approved'],
  ['silence', { error: 'ApprovalRejected', decidedBy: 'default answer of the approval' }, 'was not approved in time'],
  ['another writer', { error: 'LiveAliasMoved' }, 'gave way to another change of the live alias in the canary'],
  ['CloudWatch', { error: 'MetricsUnavailable' }, 'was stopped without numbers from CloudWatch in the canary'],
  [
    'an error between the note of a shift and the shift',
    { error: 'Lambda.TooManyRequestsException', decidedBy: 'check', step: undefined, weight: undefined },
    'was stopped by an error at its first shift of traffic',
  ],
  [
    'an error at the promotion, which was noted',
    { error: 'Lambda.Unknown', decidedBy: 'check', phase: 'promoted' },
    'was stopped by an error at its promotion',
  ],
];

describe('an end before promotion says what is true of it:', () => {
  it.each(ENDS)('%s', (_, changes, words) => {
    const event = regressedExample(changes);
    expect(subjectOf(event)).toContain(words);
    expect(happenedIn(bodyOf(event))).toContain(words);
  });

  it('never says "in the canary" where there was none', () => {
    const event = regressedExample({
      phase: 'before-traffic',
      step: undefined,
      weight: undefined,
      error: 'GreenUnhealthy',
    });
    expect(`${subjectOf(event)}\n${happenedIn(bodyOf(event))}`).not.toContain('canary');
  });
});

it('says who or what took a promoted green back', () => {
  const reverted = (changes: Partial<EndedEvent>) =>
    subjectOf(regressedExample({ ...{ outcome: 'reverted', phase: 'promoted', error: 'LiveRegressed' }, ...changes }));
  expect(reverted({})).toContain('was taken back after promotion: errors');
  expect(reverted({ decidedBy: 'alarm: errors' })).toContain('was taken back after promotion by an alarm');
  expect(reverted({ error: 'AbortedByPerson', decidedBy: 'person: Ada' })).toContain('after promotion by a person');
  expect(reverted({ error: 'StoppedByRollback' })).toContain('after promotion by a rollback');
  expect(reverted({ error: 'Lambda.Unknown', decidedBy: 'check' })).toContain('after promotion after an error');
});

describe('the body', () => {
  it.each(Object.entries(NOTICE_EXAMPLES))('of "%s" leads with what is in service and what to do', (_, event) => {
    const { body } = noticeOf(event, LINKS, 'the-token')!;
    expect(body).toMatch(/^In service now: [^\n]+\.\n\nWhat to do:\n[A-Z]/);
  });

  it.each(Object.entries(NOTICE_EXAMPLES))('of "%s" has times in one form, and short links', (_, event) => {
    // An id may have a time in it, and is no text for people.
    const body = noticeOf(event, LINKS)!.body.replace(/^Notice: \S+/m, 'Notice:');
    expect(body).not.toMatch(/\d{4}-\d\d-\d\dT/);
    for (const time of body.match(/\d{4}-\d\d-\d\d\b.{0,10}/g) ?? []) expect(time).toMatch(/^\S+ \d\d:\d\d UTC/);
    for (const link of body.match(/https:\/\/\S+/g) ?? []) expect(link.length).toBeLessThan(130);
  });

  it.each([...ERROR_NAMES])('says what to do after %s, and where the runbook is', (error) => {
    const body = bodyOf(regressedExample({ error }));
    expect(body).toMatch(/What to do:\n[A-Z][^\n]{10,}\.\n/);
    expect(body).toContain(`has a section ${error}.`);
  });

  it('has the failing number against its limit, model, step, what serves now, who, why, and where to look', () => {
    const body = bodyOf(regressedExample());
    for (const part of ['3.9 % (6 of 154)', '0 % (0 of 445)', 'stopped from 99 %', 'v7.onnx?versionId=', 'step 1 of 1'])
      expect(body.replaceAll(' ', ' ')).toContain(part);
    for (const part of ['In service now: version 6 (v6.onnx), blue', 'Decided by: judge', 'Reason: retrain week 47'])
      expect(body).toContain(part);
    expect(body).toContain('#dashboards/dashboard/Greenlight-');
    expect(body).toContain('Report: npx greenlight report digits --rollout digits-5f0c3a91be27-1 --open');
  });

  it('asks with the evidence, the time limit, the default answer, and three ways to answer', () => {
    const { body } = noticeOf(askedExample(), LINKS, 'the-token')!;
    expect(body).toContain('Judge: pass. no harm on errors');
    expect(body).toContain('Answer until 2026-11-24 09:20 UTC. Without one the answer is "reject": blue stays.');
    expect(body).toContain('On the dashboard: https://');
    for (const answer of ['approve', 'reject']) expect(body).toContain(`npx greenlight ${answer} digits --reason`);
    expect(body.match(/--task-token 'the-token'/g)).toHaveLength(2);
    expect(noticeOf(askedExample(), LINKS)!.body).not.toContain('task-token');
  });

  it('brings no command of a key into a shell', () => {
    const event = EXAMPLES['upload-superseded'];
    if (event.transition !== 'upload-superseded') throw new Error('another transition');
    const { body } = noticeOf(
      { ...event, upload: { ...event.upload, key: "models/digits/'; rm -rf ~; '.onnx" } },
      LINKS,
    )!;
    expect(body).toContain(`--model 's3://greenlight-models/models/digits/'\\''; rm -rf ~; '\\''.onnx?versionId=`);
  });
});

describe('links', () => {
  const linksIn = (partition: string, region: string, dashboard = 'D') =>
    consoleLinks(
      contextWith(
        {},
        {
          ...TEST_ENV,
          [ENV.stateMachine]: `arn:${partition}:states:${region}:1:stateMachine:m`,
          [ENV.dashboard]: dashboard,
        },
      ),
    );

  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/'],
    ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
  ])('lead to the console of %s', (partition, region, home) => {
    const links = linksIn(partition, region);
    for (const link of [
      links.linkToDashboard()!,
      links.linkToExecution('arn:e'),
      links.linkToObject('s3://b/k.html'),
    ]) {
      expect(link).toContain(home);
      expect(link).toContain(`region=${region}`);
    }
  });

  it('escape what a key may hold', () => {
    expect(linksIn('aws', 'eu-west-1').linkToObject('s3://b/rollouts/a b&c.html')).toContain(
      'prefix=rollouts%2Fa%20b%26c.html',
    );
  });

  it('lead to no dashboard where there is none', () => {
    const links = linksIn('aws', 'eu-west-1', '');
    expect(links.linkToDashboard()).toBeUndefined();
    expect(noticeOf(regressedExample(), links)!.body).not.toContain('Dashboard');
  });
});

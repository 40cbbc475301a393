import { Logger } from '@aws-lambda-powertools/logger';
import fc from 'fast-check';
import { plainSubject } from '../../lambdas/adapters/notices';
import { ERROR_NAMES, InvalidInput } from '../../lambdas/contract/errors';
import { onOneLine, quoted } from '../../lambdas/contract/problems';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { awaitApproval } from '../../lambdas/steps/await-approval';
import { type TransitionEvent, transitionEventSchema } from '../../lambdas/contract/transition-event';
import { noticeOf } from '../../lambdas/pages/notices/notice-of';
import { rolloutEnded } from '../../lambdas/steps/announcements/rollout-ended';
import { LINKS } from '../pages/notices/announced';
import { verificationState } from '../steps/verification-state';
import { isOneLine, json, MANY, SOME, text } from './hostile';

/** Everything that the logger writes while something is logged. */
function logged(log: (logger: Logger) => void): readonly string[] {
  const logger = new Logger({ serviceName: 'start-rollout' });
  const lines: string[] = [];
  const spies = (['info', 'warn', 'error'] as const).map((level) =>
    jest.spyOn(logger['console'], level).mockImplementation((line: unknown) => void lines.push(String(line))),
  );
  log(logger);
  for (const spy of spies) spy.mockRestore();
  return lines;
}

test('whatever is logged is one line of JSON', () =>
  fc.assert(
    fc.property(text(), json(), text(), (said, value, name) => {
      const lines = logged((logger) => {
        logger.warn('Request refused', { field: said });
        logger.info('done', { result: quoted(value) });
        logger.error('failed', { error: Object.assign(new InvalidInput(said), { cause: new Error(name) }) });
      });
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line).not.toMatch(/[\r\n\0\u001b]/);
        expect(JSON.parse(line)).toMatchObject({ service: 'start-rollout' });
      }
    }),
    SOME,
  ));

const record = fc
  .record({
    id: text().map((given) => `r${given}`),
    endpoint: text().map((given) => `e${given}`),
    startedBy: text(),
    reason: text(),
    model: text(),
    error: fc.oneof(fc.constantFrom(...ERROR_NAMES), text()),
    cause: text(),
    decidedBy: text(),
    report: text(),
    liveVersionAfter: text(),
  })
  .map((fields): RolloutRecord => {
    const state = verificationState();
    const timeline = [{ at: '2026-11-23T09:00:00Z', state: fields.id, note: fields.cause }];
    const model = { bucket: 'b', key: fields.model, versionId: 'v', sha256: 'ab'.repeat(32) };
    return {
      ...fields,
      status: 'ended',
      startedAt: '2026-11-23T09:00:00Z',
      state: { ...state, timeline, green: { version: '2', model }, evidence: [fields.report] },
    };
  });

test('a notice has the lines that are ours, and a subject that SNS takes', () =>
  fc.assert(
    fc.property(record, (one) => {
      const event = rolloutEnded({ now: () => 0, sleep: async () => undefined }, one, 'aborted');
      expect(transitionEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
      const { subject, body } = noticeOf(event, LINKS)!;
      const lines = body.split('\n');
      expect(lines.length).toBeLessThanOrEqual(21);
      expect(lines.filter(isOneLine)).toEqual(lines);
      expect(plainSubject(subject)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }),
    MANY,
  ));

test('a question for approval has the commands that are ours, each on its own line', () =>
  fc.assert(
    fc.asyncProperty(text(), async (key) => {
      const events: TransitionEvent[] = [];
      const state = verificationState();
      const ports = {
        approvals: { askForApproval: async () => undefined },
        clock: { now: () => 0, sleep: async () => undefined },
        locks: { renewLock: async () => true },
        records: { saveRecord: async () => undefined },
        announcements: { announceOnce: async (event: TransitionEvent) => void events.push(event) },
      };
      const green = { version: '2', model: { ...state.blue.model!, key: `${key}\naws lambda delete-function` } };
      await awaitApproval(ports as never, { taskToken: 'token', state: { ...state, green } });
      const { body } = noticeOf(events[0]!, LINKS, 'token')!;
      const commands = body.split('\n').filter((line) => /^ *(aws|npx) /.test(line));
      const both = (answer: string) => [
        `  npx greenlight ${answer} digits --reaso`,
        "  aws stepfunctions send-task-success --task-token 'token'",
      ];
      expect(commands.map((line) => line.slice(0, 35))).toEqual(
        ['approve', 'reject'].flatMap(both).map((line) => line.slice(0, 35)),
      );
      expect(JSON.stringify(events)).not.toContain('token');
    }),
    SOME,
  ));

test('text made into one line says the same, and only once', () =>
  fc.assert(
    fc.property(text(), (given) => {
      const line = onOneLine(given);
      expect(isOneLine(line)).toBe(true);
      expect(onOneLine(line)).toBe(line);
      if (isOneLine(given)) expect(line).toBe(given);
    }),
    MANY,
  ));

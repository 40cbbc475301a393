import { OperationRefused } from '../contract/operation-errors';
import type { RolloutRecord } from '../contract/rollout-record';
import type { OperationNeeds } from './needs';
import type { UploadedModel } from './upload';

/** Each poll is one read of the table. */
const POLL_MS = 2_000;

/** Waits until a rollout has ended and its record says how; undefined when that is not so after `limitMs`. */
export async function waitForEnd(
  { clock, records }: Pick<OperationNeeds, 'clock' | 'records'>,
  endpoint: string,
  rolloutId: string,
  limitMs: number,
): Promise<RolloutRecord | undefined> {
  const until = clock.now() + limitMs;
  for (;;) {
    const record = await records.readRecord(endpoint, rolloutId);
    if (record?.status === 'ended') return record;
    if (clock.now() >= until) return undefined;
    await clock.sleep(POLL_MS);
  }
}

/** The rollout runs on; only this waiting is over. */
export const stillRunning = (endpoint: string, rolloutId: string, seconds: number): OperationRefused =>
  new OperationRefused(
    'StillRunning',
    `endpoint ${endpoint}: rollout ${rolloutId} has not ended after ${seconds} s; it runs on`,
    [{ what: 'Follow it', command: `greenlight status ${endpoint} --watch` }],
  );

type Needs = Pick<OperationNeeds, 'clock' | 'locks' | 'records' | 'uploads'>;

/**
 * Waits until the rollout of an upload has ended. That of one whose place a newer upload took never begins: the waiting
 * ends as soon as that is known.
 *
 * @param tell is told once when the upload has to wait for another rollout
 * @throws OperationRefused UploadSuperseded, NotBegunYet, StillRunning
 */
export async function waitForUpload(
  ports: Needs,
  uploaded: UploadedModel,
  limitMs: number,
  tell: (text: string) => void,
): Promise<RolloutRecord> {
  const { clock, records } = ports;
  const { endpoint, rolloutId } = uploaded;
  const until = clock.now() + limitMs;
  let told = false;
  for (;;) {
    const record = await records.readRecord(endpoint, rolloutId);
    if (record?.status === 'ended') return record;
    const delay = record === undefined ? await whyNotBegun(ports, uploaded) : undefined;
    if (clock.now() >= until)
      throw delay === undefined
        ? stillRunning(endpoint, rolloutId, limitMs / 1000)
        : notBegunYet(uploaded, delay, limitMs / 1000);
    if (!told && delay?.waits === true) {
      told = true;
      tell(delay.because);
    }
    await clock.sleep(POLL_MS);
  }
}

interface Delay {
  /** It is in line behind another rollout. */
  readonly waits: boolean;
  readonly because: string;
}

async function whyNotBegun({ locks, uploads }: Needs, uploaded: UploadedModel): Promise<Delay | undefined> {
  const { endpoint, rolloutId } = uploaded;
  const answer = await uploads.readUploadAnswer(endpoint, rolloutId);
  switch (answer) {
    case 'superseded':
      throw superseded(uploaded);
    case 'started':
    case 'refused':
      // Its record is about to be written, or was a moment after it was read.
      return undefined;
    case undefined: {
      if ((await uploads.readWaitingUpload(endpoint))?.executionName !== rolloutId)
        return { waits: false, because: 'no event of the upload has arrived' };
      const lock = await locks.readLock(endpoint);
      const behind = lock === undefined ? '' : ` ${lock.rolloutId}`;
      return { waits: true, because: `it waits until rollout${behind} has ended, unless a newer upload comes` };
    }
  }
}

const superseded = ({ endpoint, model }: UploadedModel): OperationRefused =>
  new OperationRefused(
    'UploadSuperseded',
    `endpoint ${endpoint}: ${model} will not be rolled out: a newer upload took its place`,
    [
      { what: 'See what is rolled out instead', command: `greenlight status ${endpoint}` },
      {
        what: 'Roll this one out all the same, when nothing else runs',
        command: `greenlight start ${endpoint} --model '${model}'`,
      },
    ],
  );

const notBegunYet = (
  { endpoint, rolloutId }: UploadedModel,
  { waits, because }: Delay,
  seconds: number,
): OperationRefused =>
  new OperationRefused(
    'NotBegunYet',
    `endpoint ${endpoint}: rollout ${rolloutId} has not begun after ${seconds} s: ${because}`,
    waits
      ? [{ what: 'Follow the one that runs', command: `greenlight status ${endpoint} --watch` }]
      : [
          { what: 'Start it by hand', command: `greenlight start ${endpoint}` },
          { what: 'The runbook (docs/guides/operations.md) says what to look at when events do not arrive' },
        ],
  );

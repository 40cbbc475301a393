import type { EndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { Evidence } from '../../lambdas/domain/evidence';
import { askDirectly, shownByUsers } from '../../lambdas/steps/judgement/dead-blue';
import { HandClock } from '../simulator/services/test-world';
import { verificationState } from './verification-state';

type Counts = readonly [errors: number, requests: number];
const side = ([errors, invocations]: Counts) => ({ errors, invocations });
const minuteOf = (index: number): string => `2026-11-23T09:0${index}:00Z`;

/** A minute for each pair of counts, blue's and green's; blue had so many requests in each minute of its hour. */
function shown(rows: readonly (readonly [Counts, Counts])[], hour = 100, held: readonly number[] = []) {
  return shownByUsers({
    baseline: [0, 1].map((index) => ({ minute: minuteOf(index), blue: side([0, hour]) })),
    rows: rows.map(([blue, green], index) => ({ minute: minuteOf(index), blue: side(blue), green: side(green) })),
    held: held.map((index) => ({ minute: minuteOf(index), why: 'an outage of both' })),
  } as unknown as Evidence);
}

const WELL: readonly [Counts, Counts] = [
  [0, 90],
  [0, 10],
];

it.each<[string, ReturnType<typeof shown>, 'blue dies' | 'green fails' | 'neither']>([
  [
    'nine of ten of five requests failed',
    shown([
      WELL,
      [
        [5, 5],
        [0, 1],
      ],
    ]),
    'blue dies',
  ],
  [
    'it failed four',
    shown([
      WELL,
      [
        [4, 4],
        [0, 1],
      ],
    ]),
    'neither',
  ],
  [
    'it failed four, and four in the minute before',
    shown([
      WELL,
      [
        [4, 4],
        [0, 1],
      ],
      [
        [4, 4],
        [0, 0],
      ],
    ]),
    'blue dies',
  ],
  [
    'it answered a fifth of them',
    shown([
      WELL,
      [
        [72, 90],
        [0, 10],
      ],
    ]),
    'neither',
  ],
  [
    'it had no request since it died',
    shown([
      WELL,
      [
        [9, 9],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]),
    'blue dies',
  ],
  [
    'a busy one counts none for two minutes',
    shown([
      WELL,
      [
        [0, 0],
        [0, 10],
      ],
      [
        [0, 0],
        [0, 10],
      ],
    ]),
    'blue dies',
  ],
  [
    'a busy one counts none for one minute',
    shown([
      WELL,
      [
        [0, 0],
        [0, 10],
      ],
    ]),
    'neither',
  ],
  [
    'a quiet one counts none for two',
    shown(
      [
        WELL,
        [
          [0, 0],
          [0, 1],
        ],
        [
          [0, 0],
          [0, 1],
        ],
      ],
      5,
    ),
    'neither',
  ],
  [
    'no request of green was ever answered',
    shown([
      [
        [90, 90],
        [0, 0],
      ],
    ]),
    'neither',
  ],
  [
    'green fails a quarter of a few beside it',
    shown([
      WELL,
      [
        [90, 90],
        [1, 4],
      ],
    ]),
    'green fails',
  ],
  [
    'green failed beside a blue that was well',
    shown([
      [
        [0, 90],
        [3, 12],
      ],
      [
        [90, 90],
        [0, 1],
      ],
    ]),
    'green fails',
  ],
  [
    'both failed then, in a held minute',
    shown(
      [
        [
          [60, 90],
          [3, 12],
        ],
        [
          [90, 90],
          [0, 1],
        ],
      ],
      100,
      [0],
    ),
    'blue dies',
  ],
  ['there is no minute yet', shown([]), 'neither'],
])('users show of blue, where %s: %j', (_, found, expected) => {
  expect(found).toBe(expected);
});

type Answer = 'answers' | 'fails' | 'hangs' | 'refuses';

async function asking(blue: readonly Answer[], green: Answer = 'answers') {
  const clock = new HandClock();
  let calls = 0;
  const answerOf = (said: Answer) => ({
    kind: 'answered' as const,
    status: { answers: 200, fails: 500, hangs: 200, refuses: 403 }[said],
    body: {},
    durationMs: 20,
  });
  const callVersionWithLog: EndpointCalls['callVersionWithLog'] = async (_, version) => {
    const said = version === '1' ? blue[Math.floor(calls++ / 5) % blue.length]! : green;
    await clock.sleep(said === 'hangs' ? 30_000 : 20);
    return { answer: answerOf(said), log: [] };
  };
  const callVersion: EndpointCalls['callVersion'] = async () => answerOf('answers');
  const state = { ...verificationState(), control: undefined };
  const began = clock.now();
  const told = await clock.finish(
    askDirectly({ clock, endpointCalls: { callVersion, callVersionWithLog } }, state, '2'),
  );
  return { told, seconds: (clock.now() - began) / 1000 };
}

it.each<[string, readonly Answer[], Answer, boolean]>([
  ['fails each', ['fails'], 'answers', true],
  ['answers twelve seconds later', ['fails', 'answers'], 'answers', false],
  ['hangs for longer than is waited', ['hangs'], 'answers', false],
  ['refuses each', ['refuses'], 'answers', false],
  ['fails each, as green does', ['fails'], 'fails', false],
  ['fails each, and green refuses them', ['fails'], 'refuses', false],
])('blue that %s is told dead or not by our calls, in time', async (_, blue, green, isDead) => {
  const { told, seconds } = await asking(blue, green);
  expect(told !== undefined).toBe(isDead);
  if (isDead) expect(told).toContain('version 1 (blue) failed 10 of 10 and version 2 0 of 10');
  // Beside its look the step has two minutes.
  expect(seconds).toBeLessThan(65);
});

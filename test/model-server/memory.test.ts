import { emfSink } from '../../lambdas/model-server/emf-sink';

const MINUTE_MS = 60_000;
const counts = { endpoint: 'digits', version: '7', outcome: 'answered', answers: { A: [3] }, warmMs: 12.35 } as const;

/** What each request's line says of memory, for requests at these times with so many bytes in use, of 1,000. */
function told(...requests: readonly (readonly [at: number, bytes: number])[]): readonly unknown[] {
  const lines: string[] = [];
  let bytes = 0;
  const sink = emfSink((line) => lines.push(line), { residentBytes: () => bytes, limitBytes: 1_000 });
  for (const [at, inUse] of requests) {
    bytes = inUse;
    sink.record({ ...counts, at });
  }
  return lines.map((line) => (JSON.parse(line) as { M?: number }).M);
}

describe('memory', () => {
  it('is one zero a minute while it is far from the limit', () => {
    expect(told([0, 500], [1, 899], [MINUTE_MS - 1, 500], [MINUTE_MS, 500], [MINUTE_MS + 1, 500])).toEqual([
      0,
      undefined,
      undefined,
      0,
      undefined,
    ]);
  });

  it('is a one for each request within 10 % of the limit, and then no zero in its minute', () => {
    expect(told([0, 900], [100, 1_000], [200, 500], [MINUTE_MS, 500])).toEqual([1, 1, undefined, 0]);
  });

  it('is read ten times a second at most, also by a clock that was put back', () => {
    let readings = 0;
    const memory = { residentBytes: () => (readings += 1), limitBytes: 1_000 };
    const sink = emfSink(() => undefined, memory);
    for (let at = MINUTE_MS; at < MINUTE_MS + 1_000; at += 1) sink.record({ ...counts, at });
    expect(readings).toBe(10);
    sink.record({ ...counts, at: 0 });
    expect(readings).toBe(11);
    // What took long may have taken memory, however soon after a reading it began.
    sink.record({ ...counts, at: 1, warmMs: 500 });
    expect(readings).toBe(12);
  });

  it('lengthens one line a minute, and that of most requests by none', () => {
    const lines: string[] = [];
    const sink = emfSink((line) => lines.push(line), { residentBytes: () => 0, limitBytes: 1_000 });
    const at = Date.UTC(2026, 10, 29);
    [at, at + 1].forEach((one) => sink.record({ ...counts, at: one }));
    // What is paid for is the event, without the line's end.
    const [first = 0, second = 0] = lines.map((line) => Buffer.byteLength(line.trimEnd()));
    expect(first - second).toBe(',{"Name":"M"}'.length + ',"M":0'.length);
    expect(second).toBeLessThanOrEqual(210);
  });

  describe('of the process', () => {
    const before = process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'];
    afterEach(() => {
      if (before === undefined) delete process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'];
      else process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] = before;
    });

    it.each([
      // Node.js alone takes some 40 MB.
      ['1', 1],
      ['1000000', 0],
      [undefined, undefined],
    ] as const)('with %s MB of memory', (megabytes, value) => {
      if (megabytes === undefined) delete process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'];
      else process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] = megabytes;
      const lines: string[] = [];
      emfSink((line) => lines.push(line)).record({ ...counts, at: 0 });
      expect(lines.map((line) => (JSON.parse(line) as { M?: number }).M)).toEqual([value]);
    });
  });
});

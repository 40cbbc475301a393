import { awsError } from './stand-ins';
import { lambdaWorld } from './lambda-world';

async function withAlias() {
  const world = lambdaWorld();
  await world.release({ MODEL: 'one' });
  await world.release({ MODEL: 'two' });
  await world.call('CreateAlias', { Name: 'live', FunctionVersion: '1' });
  return world;
}

describe('the live alias', () => {
  test('is written with version, weight and revision in one call, and read in whole percent', async () => {
    const { liveAlias, sent } = await withAlias();
    const { revisionId, ...before } = await liveAlias.readLiveAlias('fn');
    expect(before).toEqual({ version: '1' });
    const target = { version: '1', canary: { version: '2', weight: 29 } };
    const written = await liveAlias.writeLiveAlias('fn', target, revisionId, 'why');
    expect(written).toMatchObject(target);
    expect(await liveAlias.readLiveAlias('fn')).toEqual(written);
    const writes = sent.filter(({ command }) => command === 'UpdateAlias');
    expect(writes.map(({ input }) => input)).toEqual([
      {
        Description: 'why',
        FunctionName: 'fn',
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: { '2': 0.29 } },
        RevisionId: revisionId,
      },
    ]);
  });

  test('is promoted in one call that also clears the weights', async () => {
    const { liveAlias, sent } = await withAlias();
    const { revisionId } = await liveAlias.readLiveAlias('fn');
    const shifted = await liveAlias.writeLiveAlias(
      'fn',
      { version: '1', canary: { version: '2', weight: 10 } },
      revisionId,
      'a shift',
    );
    if (shifted === 'changed') throw new Error('changed');
    const promoted = await liveAlias.writeLiveAlias('fn', { version: '2' }, shifted.revisionId, 'w'.repeat(300));
    expect(promoted).toEqual({
      version: '2',
      revisionId: expect.any(String) as unknown,
      description: 'w'.repeat(256),
    });
    expect(sent.at(-1)?.input).toMatchObject({ RoutingConfig: { AdditionalVersionWeights: {} } });
  });

  test('stays as another writer left it', async () => {
    const { liveAlias, call } = await withAlias();
    const { revisionId } = await liveAlias.readLiveAlias('fn');
    await call('UpdateAlias', { Name: 'live', FunctionVersion: '2' });
    expect(await liveAlias.writeLiveAlias('fn', { version: '1' }, revisionId, 'why')).toBe('changed');
    expect(await liveAlias.readLiveAlias('fn')).toMatchObject({ version: '2' });
  });

  test('fails with the error of AWS when it was refused for another reason', async () => {
    const { liveAlias } = await withAlias();
    const { revisionId } = await liveAlias.readLiveAlias('fn');
    await expect(liveAlias.writeLiveAlias('fn', { version: '99' }, revisionId, 'why')).rejects.toThrow();
  });

  test.each([0.01, 0.07, 0.29, 0.57, 0.58, 0.99])('reads the weight %d as a whole percent', async (weight) => {
    const { liveAlias } = lambdaWorld(() => ({
      FunctionVersion: '1',
      RevisionId: 'r',
      RoutingConfig: { AdditionalVersionWeights: { '2': weight } },
    }));
    expect((await liveAlias.readLiveAlias('fn')).canary?.weight).toBe(Math.round(weight * 100));
  });
});

describe('versions', () => {
  test('are told by their facts, and differ by code but not by environment', async () => {
    const world = lambdaWorld();
    const { versions } = world;
    const [one, two] = [await world.release({ MODEL: 'one' }), await world.release({ MODEL: 'two' })];
    const [first, second] = [await versions.describeVersion('fn', one), await versions.describeVersion('fn', two)];
    expect(first).toMatchObject({
      version: '1',
      state: 'Active',
      lastUpdate: 'Successful',
      environment: { MODEL: 'one' },
    });
    expect(second?.environment).toEqual({ MODEL: 'two' });
    expect(second?.codeFingerprint).toBe(first?.codeFingerprint);
    expect(await versions.describeVersion('fn', '99')).toBeUndefined();
  });

  test('differ in fingerprint by every setting of their code, not by their role', async () => {
    const base = {
      Version: '1',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      RevisionId: 'r',
      CodeSha256: 'c',
      Role: 'a',
    };
    const fingerprint = async (changes: object) => {
      const { versions } = lambdaWorld(() => ({ Configuration: { ...base, ...changes } }));
      return (await versions.describeVersion('fn', '1'))?.codeFingerprint;
    };
    const plain = await fingerprint({});
    expect(await fingerprint({ Role: 'b', Environment: { Variables: { AA: '2' } }, RevisionId: 's' })).toBe(plain);
    for (const change of [
      { CodeSha256: 'd' },
      { Runtime: 'nodejs26.x' },
      { MemorySize: 2048 },
      { Timeout: 9 },
      { Architectures: ['x86_64'] },
      { Handler: 'other' },
      { Layers: [{ Arn: 'layer' }] },
      { EphemeralStorage: { Size: 1024 } },
    ]) {
      expect(await fingerprint(change)).not.toBe(plain);
    }
  });

  test('are not taken on when their environment cannot be read', async () => {
    const { versions } = lambdaWorld(() => ({
      Configuration: { Environment: { Error: { ErrorCode: 'AccessDenied' } } },
    }));
    await expect(versions.describeVersion('fn', '1')).rejects.toMatchObject({ name: 'EnvironmentUnreadable' });
  });

  test('are configured and published only as they were read', async () => {
    const { versions, clock } = lambdaWorld();
    const { revisionId, codeSha256 } = (await versions.describeVersion('fn', '$LATEST'))!;
    expect(await versions.configureLatest('fn', { BB: '2' }, 'another')).toBe('changed');
    expect(await versions.configureLatest('fn', { BB: '2' }, revisionId)).toBe('done');
    expect(await versions.configureLatest('fn', { BB: '3' }, revisionId)).toBe('changed');
    await clock.advance(10);
    const latest = (await versions.describeVersion('fn', '$LATEST'))!;
    expect(latest.environment).toEqual({ BB: '2' });
    const expected = { codeSha256, revisionId: latest.revisionId, description: 'd'.repeat(300) };
    expect(await versions.publishVersion('fn', { ...expected, revisionId })).toBe('changed');
    expect(await versions.publishVersion('fn', { ...expected, codeSha256: 'other' })).toBe('changed');
    expect(await versions.publishVersion('fn', expected)).toEqual({ version: '1' });
  });

  test('are listed over all pages, without $LATEST', async () => {
    const { versions } = lambdaWorld(({ command }, nth) =>
      command === 'ListVersionsByFunction'
        ? nth === 1
          ? { Versions: [{ Version: '$LATEST' }, { Version: '1' }], NextMarker: 'm' }
          : { Versions: [{ Version: '12' }] }
        : undefined,
    );
    expect(await versions.listVersions('fn')).toEqual(['1', '12']);
  });

  test('are in use when any alias points at them or gives them a weight', async () => {
    const world = await withAlias();
    const { versions, call, liveAlias } = world;
    const three = await world.release({ MODEL: 'three' });
    await call('CreateAlias', { Name: 'theirs', FunctionVersion: three });
    const { revisionId } = await liveAlias.readLiveAlias('fn');
    await liveAlias.writeLiveAlias('fn', { version: '1', canary: { version: '2', weight: 10 } }, revisionId, 'a shift');
    expect([...(await versions.usedByAliases('fn'))].sort()).toEqual(['1', '2', '3']);
    expect(await versions.deleteVersion('fn', '3')).toBe('in-use');
  });

  test('are removed one by one, and never the function', async () => {
    const { versions, sent } = await withAlias();
    expect(await versions.deleteVersion('fn', '2')).toBe('removed');
    expect(await versions.deleteVersion('fn', '2')).toBe('gone');
    expect(await versions.deleteVersion('fn', '1')).toBe('in-use');
    const before = sent.length;
    for (const wrong of ['', '$LATEST', 'live', '0', '1 ', '-1']) {
      await expect(versions.deleteVersion('fn', wrong)).rejects.toMatchObject({ name: 'NotAVersion' });
    }
    expect(sent).toHaveLength(before);
    expect(await versions.listVersions('fn')).toEqual(['1']);
  });

  test('hold provisioned concurrency until it is taken away', async () => {
    const { versions, clock } = await withAlias();
    expect(await versions.readProvisioned('fn', '2')).toBeUndefined();
    await versions.provisionVersion('fn', '2', 3);
    expect(await versions.readProvisioned('fn', '2')).toMatchObject({ status: 'IN_PROGRESS' });
    await clock.advance(600);
    expect(await versions.readProvisioned('fn', '2')).toMatchObject({ status: 'READY' });
    expect(await versions.listProvisioned('fn')).toEqual(['2']);
    await versions.unprovision('fn', '2');
    await versions.unprovision('fn', '2');
    expect(await versions.listProvisioned('fn')).toEqual([]);
    await expect(versions.provisionVersion('fn', 'live', 1)).rejects.toMatchObject({ name: 'NotAVersion' });
  });
});

describe('calls of one version', () => {
  const infer = { method: 'POST', path: '/v2/models/digits/infer?x=1', body: { inputs: [] } } as const;
  async function ready() {
    const world = lambdaWorld();
    await world.release({ MODEL: 'one' });
    return { ...world, call: () => world.clock.finish(world.calls.callVersion('fn', '1', infer)) };
  }

  test('look like those of its function URL', async () => {
    const { call, seen, sent } = await ready();
    await call();
    expect(sent.at(-1)?.input).toMatchObject({ FunctionName: 'fn', Qualifier: '1' });
    expect(seen.at(-1)).toMatchObject({
      version: '2.0',
      rawPath: '/v2/models/digits/infer',
      rawQueryString: 'x=1',
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method: 'POST', path: '/v2/models/digits/infer' } },
      body: '{"inputs":[]}',
      isBase64Encoded: false,
    });
  });

  test.each<[string, unknown, number, unknown]>([
    ['JSON', { statusCode: 503, body: '{"code":"NoModel"}' }, 503, { code: 'NoModel' }],
    ['base64', { statusCode: 200, body: Buffer.from('[1]').toString('base64'), isBase64Encoded: true }, 200, [1]],
    ['text', { statusCode: 200, body: 'hello' }, 200, 'hello'],
    ['nothing', { statusCode: 204 }, 204, undefined],
    ['a result without a status', { label: 3 }, 200, { label: 3 }],
    ['null', null, 200, null],
  ])('are answered with %s', async (_, payload, status, body) => {
    const { call, ends } = await ready();
    ends({ payload });
    expect(await call()).toEqual({ kind: 'answered', status, body, durationMs: expect.any(Number) as unknown });
  });

  test('crash with what the function threw', async () => {
    const { call, ends } = await ready();
    ends({ errorType: 'TypeError', errorMessage: 'x is not a function' });
    expect(await call()).toEqual({ kind: 'crashed', error: 'TypeError', message: 'x is not a function' });
  });

  test('crash also where the runtime leaves no JSON', async () => {
    const { calls } = lambdaWorld(() => ({ FunctionError: 'Unhandled', Payload: Buffer.from('killed') }));
    expect(await calls.callVersion('fn', '1', infer)).toEqual({
      kind: 'crashed',
      error: 'Unhandled',
      message: 'killed',
    });
  });

  test('are answered like the caller of a function URL where the request is too large for Lambda', async () => {
    const { calls, clock } = await ready();
    const body = { inputs: ['x'.repeat(6 * 1024 * 1024)] };
    expect(await clock.finish(calls.callVersion('fn', '1', { ...infer, body }))).toMatchObject({
      kind: 'answered',
      status: 413,
      body: { error: expect.stringContaining('6291456 bytes') as unknown },
    });
  });

  test('fail with the error of AWS when the function was not run', async () => {
    const { calls } = lambdaWorld(() => {
      throw awsError('ResourceNotFoundException', 404);
    });
    await expect(calls.callVersion('fn', '9', infer)).rejects.toThrow('ResourceNotFoundException');
  });
});

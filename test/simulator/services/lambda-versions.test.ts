import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { blueAndGreen, lambdaSetup } from './lambda-setup';

const FN = { FunctionName: 'digits' };

describe('an update of the configuration', () => {
  it('is in progress for a while, refuses another meanwhile, and moves the revision again when it is done', async () => {
    const { call, world } = lambdaSetup();
    const updating = await call<FunctionConfiguration>('UpdateFunctionConfiguration', { ...FN, MemorySize: 512 });
    expect(updating).toMatchObject({ LastUpdateStatus: 'InProgress', MemorySize: 512 });
    for (const command of ['UpdateFunctionConfiguration', 'PublishVersion', 'UpdateFunctionCode']) {
      await expect(call(command, FN)).rejects.toMatchObject({
        name: 'ResourceConflictException',
        $metadata: { httpStatusCode: 409 },
      });
    }
    await world.clock.advance(4);
    const done = await call<FunctionConfiguration>('GetFunctionConfiguration', FN);
    expect(done.LastUpdateStatus).toBe('Successful');
    expect(done.RevisionId).not.toBe(updating.RevisionId);
  });

  it('replaces the environment whole and leaves alone what it does not name', async () => {
    const { call, world } = lambdaSetup(undefined, { spec: { environment: { OLD: '1', KEPT: '1' }, memoryMB: 1024 } });
    await call('UpdateFunctionConfiguration', { ...FN, Environment: { Variables: { NEW: '2' } } });
    await world.clock.advance(4);
    expect(await call('GetFunctionConfiguration', FN)).toMatchObject({
      Environment: { Variables: { NEW: '2' } },
      MemorySize: 1024,
    });
  });

  it('is refused for a stale revision and for more than 4 KB of variables', async () => {
    const { call } = lambdaSetup();
    await expect(call('UpdateFunctionConfiguration', { ...FN, RevisionId: 'stale' })).rejects.toMatchObject({
      name: 'PreconditionFailedException',
    });
    const Variables = { BIG: 'x'.repeat(4100) };
    await expect(call('UpdateFunctionConfiguration', { ...FN, Environment: { Variables } })).rejects.toThrow(
      '4KB limit',
    );
  });

  it('ends as Failed when the world says so', async () => {
    const { call, lambda, world } = lambdaSetup();
    lambda.faults.updateFails = true;
    await call('UpdateFunctionConfiguration', { ...FN, MemorySize: 512 });
    await world.clock.advance(4);
    expect(await call('GetFunctionConfiguration', FN)).toMatchObject({ LastUpdateStatus: 'Failed' });
  });
});

describe('publishing', () => {
  it('gives a version that is Pending, then Active, and keeps its environment when $LATEST moves on', async () => {
    const { call, publish, world } = lambdaSetup();
    await call('UpdateFunctionConfiguration', { ...FN, Environment: { Variables: { MODEL: 'a' } } });
    await world.clock.advance(4);
    expect(await call('PublishVersion', FN)).toMatchObject({ Version: '1', State: 'Pending' });
    await world.clock.advance(6);
    await publish('b');
    expect(await call('GetFunctionConfiguration', { ...FN, Qualifier: '1' })).toMatchObject({
      State: 'Active',
      Environment: { Variables: { MODEL: 'a' } },
      FunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:digits:1',
    });
  });

  it('answers with the version published last when nothing changed since, not with an older equal one', async () => {
    const { call, publish } = lambdaSetup();
    await publish('a');
    expect(await call('PublishVersion', FN)).toMatchObject({ Version: '1' });
    await publish('b');
    expect(await publish('a')).toBe('3');
  });

  it('makes a new version for new code, and for a version that was deleted', async () => {
    const { call, lambda, publish, world } = lambdaSetup();
    await publish('a');
    lambda.setCode('digits', 'another-hash');
    await world.clock.advance(4);
    expect(await call('PublishVersion', FN)).toMatchObject({ Version: '2' });
    await call('DeleteFunction', { ...FN, Qualifier: '2' });
    expect(await call('PublishVersion', FN)).toMatchObject({ Version: '3' });
  });

  it('happens only for the code and the revision that the caller saw', async () => {
    const { call } = lambdaSetup();
    await expect(call('PublishVersion', { ...FN, CodeSha256: 'other' })).rejects.toThrow('is different from current');
    await expect(call('PublishVersion', { ...FN, RevisionId: 'other' })).rejects.toMatchObject({
      name: 'PreconditionFailedException',
    });
  });
});

describe('versions', () => {
  it('are listed page by page with $LATEST first', async () => {
    const { call } = await blueAndGreen();
    const first = await call<{ Versions: FunctionConfiguration[]; NextMarker: string }>('ListVersionsByFunction', {
      ...FN,
      MaxItems: 2,
    });
    expect(first.Versions.map((each) => each.Version)).toEqual(['$LATEST', '1']);
    const second = await call<{ Versions: FunctionConfiguration[] }>('ListVersionsByFunction', {
      ...FN,
      Marker: first.NextMarker,
    });
    expect(second.Versions.map((each) => each.Version)).toEqual(['2']);
    expect(second).not.toHaveProperty('NextMarker');
  });

  it('cannot be deleted while an alias uses them, as primary or by weight', async () => {
    const { call } = await blueAndGreen();
    const weighted = { RoutingConfig: { AdditionalVersionWeights: { '2': 0 } } };
    await call('UpdateAlias', { ...FN, Name: 'live', ...weighted });
    for (const Qualifier of ['1', '2']) {
      await expect(call('DeleteFunction', { ...FN, Qualifier })).rejects.toMatchObject({
        name: 'ResourceConflictException',
      });
    }
    await call('UpdateAlias', { ...FN, Name: 'live', RoutingConfig: { AdditionalVersionWeights: {} } });
    await call('DeleteFunction', { ...FN, Qualifier: '2' });
    await expect(call('DeleteFunction', { ...FN, Qualifier: '2' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('are all gone with their function', async () => {
    const { call } = await blueAndGreen();
    await call('DeleteFunction', FN);
    await expect(call('GetFunction', FN)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('provisioned concurrency', () => {
  const GREEN = { ...FN, Qualifier: '2' };
  const ONE = { ProvisionedConcurrentExecutions: 1 };

  it('on a version is in progress, ready after one to two minutes, and then can be taken away', async () => {
    const { call, world } = await blueAndGreen();
    expect(await call('PutProvisionedConcurrencyConfig', { ...GREEN, ...ONE })).toMatchObject({
      Status: 'IN_PROGRESS',
    });
    await world.clock.advance(59);
    expect(await call('GetProvisionedConcurrencyConfig', GREEN)).toMatchObject({ Status: 'IN_PROGRESS' });
    await world.clock.advance(61);
    expect(await call('GetProvisionedConcurrencyConfig', GREEN)).toMatchObject({
      Status: 'READY',
      AvailableProvisionedConcurrentExecutions: 1,
    });
    await call('DeleteProvisionedConcurrencyConfig', GREEN);
    await expect(call('GetProvisionedConcurrencyConfig', GREEN)).rejects.toMatchObject({
      name: 'ProvisionedConcurrencyConfigNotFoundException',
    });
  });

  it('is refused on $LATEST and on an alias with weights', async () => {
    const { call } = await blueAndGreen();
    await call('UpdateAlias', { ...FN, Name: 'live', RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } } });
    await expect(call('PutProvisionedConcurrencyConfig', { ...FN, Qualifier: 'live', ...ONE })).rejects.toThrow(
      'Alias with weights can not be used with Provisioned Concurrency',
    );
    await expect(call('PutProvisionedConcurrencyConfig', { ...FN, Qualifier: '$LATEST', ...ONE })).rejects.toThrow(
      'unpublished',
    );
  });

  it('on an alias makes Lambda itself hold all weight on the old version until the new one is ready', async () => {
    const { call, world } = await blueAndGreen();
    await call('PutProvisionedConcurrencyConfig', { ...FN, Qualifier: 'live', ...ONE });
    await world.clock.advance(121);
    const moved = await call<{ RevisionId: string }>('UpdateAlias', { ...FN, Name: 'live', FunctionVersion: '2' });
    expect(moved).toMatchObject({ RoutingConfig: { AdditionalVersionWeights: { '1': 1 } } });
    await world.clock.advance(121);
    const ready = await call<{ RevisionId: string }>('GetAlias', { ...FN, Name: 'live' });
    expect(ready).not.toHaveProperty('RoutingConfig');
    expect(ready.RevisionId).not.toBe(moved.RevisionId);
  });

  it('is listed with the qualifier that it is on', async () => {
    const { call } = await blueAndGreen();
    await call('PutProvisionedConcurrencyConfig', { ...GREEN, ...ONE });
    expect(await call('ListProvisionedConcurrencyConfigs', FN)).toMatchObject({
      ProvisionedConcurrencyConfigs: [{ FunctionArn: expect.stringMatching(/:digits:2$/) as string }],
    });
  });
});

import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import { blueAndGreen, lambdaSetup } from './lambda-setup';

const LIVE = { FunctionName: 'digits', Name: 'live' };
const weights = (versions: Record<string, number>) => ({ RoutingConfig: { AdditionalVersionWeights: versions } });

describe('an alias', () => {
  it('is written only with the revision that was read last', async () => {
    const { call, revisionId } = await blueAndGreen();
    const moved = await call<AliasConfiguration>('UpdateAlias', {
      ...LIVE,
      ...weights({ '2': 0.1 }),
      RevisionId: revisionId,
    });
    expect(moved.RevisionId).not.toBe(revisionId);
    await expect(call('UpdateAlias', { ...LIVE, FunctionVersion: '2', RevisionId: revisionId })).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await call('GetAlias', LIVE)).toEqual(moved);
  });

  it('gets a new revision even from an update that changes nothing', async () => {
    const { call, revisionId } = await blueAndGreen();
    expect((await call<AliasConfiguration>('UpdateAlias', LIVE)).RevisionId).not.toBe(revisionId);
  });

  it('keeps its weights when they are left out and loses them with an empty map', async () => {
    const { call } = await blueAndGreen();
    await call('UpdateAlias', { ...LIVE, ...weights({ '2': 0.1 }) });
    const kept = await call<AliasConfiguration>('UpdateAlias', { ...LIVE, Description: 'x' });
    expect(kept.RoutingConfig).toEqual({ AdditionalVersionWeights: { '2': 0.1 } });
    const cleared = await call<AliasConfiguration>('UpdateAlias', { ...LIVE, ...weights({}) });
    expect(cleared).not.toHaveProperty('RoutingConfig');
  });

  it('is promoted in one call with version and empty weights, and refuses the version alone while weights name it', async () => {
    const { call } = await blueAndGreen();
    await call('UpdateAlias', { ...LIVE, ...weights({ '2': 0.5 }) });
    await expect(call('UpdateAlias', { ...LIVE, FunctionVersion: '2' })).rejects.toThrow('already included');
    const promoted = await call<AliasConfiguration>('UpdateAlias', { ...LIVE, FunctionVersion: '2', ...weights({}) });
    expect(promoted).toMatchObject({ FunctionVersion: '2', Name: 'live' });
  });

  it.each([
    ['two additional versions', { '2': 0.1, '3': 0.1 }, 'InvalidParameterValueException', 'greater than 1'],
    ['a weight above one', { '2': 1.1 }, 'ValidationException', 'less than or equal to 1.0'],
    ['a negative weight', { '2': -0.1 }, 'ValidationException', 'greater than or equal to 0.0'],
    ['$LATEST', { $LATEST: 0.1 }, 'InvalidParameterValueException', '$LATEST is not supported'],
    ['its own version', { '1': 0.1 }, 'InvalidParameterValueException', 'already included'],
    ['a version that is not there', { '9': 0.1 }, 'ResourceNotFoundException', 'Function not found'],
  ])('refuses %s as weights and stays as it was', async (_, versions, name, message) => {
    const { call, publish } = await blueAndGreen();
    await publish('third');
    const before = await call('GetAlias', LIVE);
    const update = call('UpdateAlias', { ...LIVE, ...weights(versions) });
    await expect(update).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
    expect(await call('GetAlias', LIVE)).toEqual(before);
  });

  it.each([
    ['roles', { Role: 'arn:role/b' }, 'Specified versions must be associated with the same execution role'],
    ['dead-letter queues', { DeadLetterConfig: { TargetArn: 'arn:q' } }, 'same dead-letter queue'],
  ])('refuses weights between versions of different %s', async (_, change, message) => {
    const { call, publish, world } = await blueAndGreen();
    await call('UpdateFunctionConfiguration', { FunctionName: 'digits', ...change });
    await world.clock.advance(4);
    const version = await publish('other');
    await expect(call('UpdateAlias', { ...LIVE, ...weights({ [version]: 0.1 }) })).rejects.toThrow(message);
    await expect(call('UpdateAlias', { ...LIVE, FunctionVersion: version })).resolves.toBeDefined();
  });

  it('answers weights on a version that is still Pending with a server error', async () => {
    const { call, world } = await blueAndGreen();
    await call('UpdateFunctionConfiguration', { FunctionName: 'digits', MemorySize: 256 });
    await world.clock.advance(4);
    await call('PublishVersion', { FunctionName: 'digits' });
    await expect(call('UpdateAlias', { ...LIVE, ...weights({ '3': 0.1 }) })).rejects.toMatchObject({
      name: 'ServiceException',
      $fault: 'server',
    });
  });

  it('is not found under another name, and cannot be created twice', async () => {
    const { call } = await blueAndGreen();
    await expect(call('GetAlias', { ...LIVE, Name: 'dev' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(call('CreateAlias', { ...LIVE, FunctionVersion: '1' })).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
  });

  it('lists aliases by the version that they use, as weight too, page by page', async () => {
    const { call } = await blueAndGreen();
    await call('CreateAlias', { FunctionName: 'digits', Name: 'dev', FunctionVersion: '2' });
    await call('UpdateAlias', { ...LIVE, ...weights({ '2': 0.1 }) });
    const names = (list: { Aliases: AliasConfiguration[] }) => list.Aliases.map((alias) => alias.Name);
    expect(names(await call('ListAliases', { FunctionName: 'digits', FunctionVersion: '2' }))).toEqual(['dev', 'live']);
    expect(names(await call('ListAliases', { FunctionName: 'digits', FunctionVersion: '1' }))).toEqual(['live']);
    const first = await call<{ Aliases: AliasConfiguration[]; NextMarker: string }>('ListAliases', {
      FunctionName: 'digits',
      MaxItems: 1,
    });
    expect(names(await call('ListAliases', { FunctionName: 'digits', Marker: first.NextMarker }))).toEqual(['live']);
  });
});

describe('an unknown command', () => {
  it('is refused instead of answered', async () => {
    const { call } = lambdaSetup();
    await expect(call('CreateEventSourceMapping')).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    await expect(call('toString')).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

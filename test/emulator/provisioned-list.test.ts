import { type Answers, json, said, withGateway } from './fake-emulator';

const PROVISIONED = '/2019-09-30/functions/digits/provisioned-concurrency';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:digits';

/** An emulator that has no list: it answers for one qualifier alone. */
const emulator =
  (provisioned: readonly string[]): Answers =>
  ({ method, path, query }) => {
    if (path === '/2015-03-31/functions/digits/configuration') return json({ FunctionArn: ARN });
    if (path === '/2015-03-31/functions/digits/aliases') return json({ Aliases: [{ Name: 'live' }] });
    if (path === '/2015-03-31/functions/digits/versions')
      return query.has('Marker')
        ? json({ Versions: [{ Version: '2' }] })
        : json({ Versions: [{ Version: '$LATEST' }, { Version: '1' }], NextMarker: 'more' });
    const isThere = method === 'GET' && path === PROVISIONED && provisioned.includes(query.get('Qualifier') ?? '');
    return isThere ? json({ Status: 'READY' }) : undefined;
  };

const list = { method: 'GET', target: `${PROVISIONED}?List=ALL` };

describe('ListProvisionedConcurrencyConfigs', () => {
  it('answers an empty list for a function without any', () =>
    withGateway(['provisioned-list'], emulator([]), async ({ send }) => {
      const answered = await send(list);
      expect(answered.status).toBe(200);
      expect(said(answered)).toEqual({ ProvisionedConcurrencyConfigs: [] });
    }));

  it('names each version and alias that has some by its ARN', () =>
    withGateway(['provisioned-list'], emulator(['2', 'live']), async ({ send }) => {
      expect(said(await send(list))).toEqual({
        ProvisionedConcurrencyConfigs: [
          { Status: 'READY', FunctionArn: `${ARN}:2` },
          { Status: 'READY', FunctionArn: `${ARN}:live` },
        ],
      });
    }));

  it('leaves the question for one qualifier, and a function that is not there, to the emulator', () =>
    withGateway(['provisioned-list'], emulator(['2']), async ({ send }) => {
      expect(said(await send({ method: 'GET', target: `${PROVISIONED}?Qualifier=2` }))).toEqual({ Status: 'READY' });
      const gone = await send({ method: 'GET', target: list.target.replace('digits', 'other') });
      expect(gone.status).toBe(404);
    }));
});

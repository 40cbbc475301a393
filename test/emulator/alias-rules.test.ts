import { type Answers, json, withGateway } from './fake-emulator';

const ALIASES = '/2015-03-31/functions/digits/aliases';
const ROLES: Readonly<Record<string, string>> = { $LATEST: 'a', 1: 'a', 2: 'a', 3: 'b' };

/** An emulator that takes every alias. */
const emulator: Answers = ({ method, path, query }) => {
  if (path.endsWith('/configuration')) {
    const number = query.get('Qualifier') ?? '$LATEST';
    return number in ROLES ? json({ Version: number, Role: ROLES[number], State: 'Active' }) : undefined;
  }
  if (method === 'GET') {
    return json({ FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } } });
  }
  return json({ taken: true });
};

const weights = (AdditionalVersionWeights: Readonly<Record<string, number>>) => ({
  RoutingConfig: { AdditionalVersionWeights },
});

describe('UpdateAlias', () => {
  it.each([
    ['a version that does not exist', { FunctionVersion: '9', ...weights({}) }, 'ResourceNotFoundException'],
    ['weight on a version that does not exist', weights({ 9: 0.5 }), 'ResourceNotFoundException'],
    ['weight on $LATEST', weights({ $LATEST: 0.5 }), 'InvalidParameterValueException'],
    ['a third version', weights({ 2: 0.1, 3: 0.1 }), 'InvalidParameterValueException'],
    ['a weight above 1', weights({ 2: 10 }), 'ValidationException'],
    ['a version with another role', weights({ 3: 0.5 }), 'InvalidParameterValueException'],
    ['the version that has the weight already', { FunctionVersion: '2' }, 'InvalidParameterValueException'],
  ])('refuses %s', async (_, body, name) => {
    await withGateway(['alias-rules'], emulator, async ({ send, reached }) => {
      const answered = await send({ method: 'PUT', target: `${ALIASES}/live`, body });
      expect(answered.headers['x-amzn-errortype']).toBe(name);
      expect(reached.filter(({ method }) => method === 'PUT')).toEqual([]);
    });
  });

  it.each([
    ['two versions', weights({ 2: 0.5 })],
    ['a new version and no weights', { FunctionVersion: '2', ...weights({}) }],
    ['a description', { Description: 'users are here' }],
  ])('takes %s', async (_, body) => {
    await withGateway(['alias-rules'], emulator, async ({ send, reached }) => {
      expect((await send({ method: 'PUT', target: `${ALIASES}/live`, body })).status).toBe(200);
      expect(JSON.parse(reached.at(-1)!.body.toString())).toEqual(body);
    });
  });
});

describe('CreateAlias', () => {
  it('refuses a version that does not exist', async () => {
    await withGateway(['alias-rules'], emulator, async ({ send }) => {
      const answered = await send({ target: ALIASES, body: { Name: 'live', FunctionVersion: '9' } });
      expect(answered.headers['x-amzn-errortype']).toBe('ResourceNotFoundException');
    });
  });
});

import type { Behaviour } from '../../emulator/gateway/probes/probe';
import { type Answers, type Front, json, said, withGateway } from './fake-emulator';

const VERSIONS = '/2015-03-31/functions/digits/versions';
const BOTH: readonly Behaviour[] = ['publish-conditions', 'unchanged-publish'];

interface Version {
  readonly Version: string;
  readonly RevisionId: string;
  readonly CodeSha256: string;
  readonly Environment?: object;
}

const version = (Version: string, model: string): Version => ({
  Version,
  RevisionId: `revision-of-${Version}`,
  CodeSha256: 'code',
  Environment: { Variables: { MODEL: model } },
});

/** An emulator that publishes a new version at every call. */
function emulator(latest: Version, published: Version[]): Answers {
  return ({ method, path }) => {
    if (path === '/2015-03-31/functions/digits/configuration') return json(latest);
    if (path !== VERSIONS) return undefined;
    if (method === 'GET') return json({ Versions: [latest, ...published] });
    const next = { ...latest, Version: String(published.length + 1) };
    published.push(next);
    return json(next, {}, 201);
  };
}

const publish = ({ send }: Front, body: object = {}) => send({ target: VERSIONS, body });

describe('PublishVersion', () => {
  it.each([
    [{ RevisionId: 'older' }, 412, 'PreconditionFailedException'],
    [{ CodeSha256: 'other' }, 400, 'InvalidParameterValueException'],
  ])('refuses %j, which is not that of $LATEST, and publishes nothing', async (condition, status, name) => {
    const published: Version[] = [];
    await withGateway(BOTH, emulator(version('$LATEST', 'v1'), published), async (front) => {
      const answered = await publish(front, condition);
      expect(answered.status).toBe(status);
      expect(answered.headers['x-amzn-errortype']).toBe(name);
      expect(published).toEqual([]);
    });
  });

  it('takes the conditions of $LATEST', async () => {
    const latest = version('$LATEST', 'v1');
    await withGateway(BOTH, emulator(latest, []), async (front) => {
      const { RevisionId, CodeSha256 } = latest;
      expect(said(await publish(front, { RevisionId, CodeSha256 }))).toMatchObject({ Version: '1' });
    });
  });

  it('answers the last version when nothing changed since', async () => {
    await withGateway(BOTH, emulator(version('$LATEST', 'v2'), [version('1', 'v2')]), async (front) => {
      const answered = await publish(front);
      expect(answered.status).toBe(201);
      expect(said(answered)).toMatchObject({ Version: '1', RevisionId: 'revision-of-1' });
    });
  });

  it('makes a version when the environment changed', async () => {
    await withGateway(BOTH, emulator(version('$LATEST', 'v2'), [version('1', 'v1')]), async (front) => {
      expect(said(await publish(front))).toMatchObject({ Version: '2' });
    });
  });

  it('makes a version when the last one was deleted, though an older one is the same', async () => {
    const published = [version('1', 'v1')];
    const latest = { ...version('$LATEST', 'v2') };
    await withGateway(BOTH, emulator(latest, published), async (front) => {
      expect(said(await publish(front))).toMatchObject({ Version: '2' });
      published.pop();
      Object.assign(latest, { Environment: { Variables: { MODEL: 'v1' } } });
      await publish(front);
      expect(front.reached.filter(({ method }) => method === 'POST')).toHaveLength(2);
    });
  });

  it('makes one version of two publishes at the same time', async () => {
    const published: Version[] = [];
    await withGateway(BOTH, emulator(version('$LATEST', 'v1'), published), async (front) => {
      const answers = await Promise.all([publish(front), publish(front)]);
      expect(answers.map(said)).toMatchObject([{ Version: '1' }, { Version: '1' }]);
      expect(published).toHaveLength(1);
    });
  });

  it('is checked only for what the emulator does not check itself', async () => {
    const unchanged = emulator(version('$LATEST', 'v1'), [version('1', 'v1')]);
    await withGateway(['publish-conditions'], unchanged, async (front) => {
      expect(said(await publish(front))).toMatchObject({ Version: '2' });
    });
    await withGateway(['unchanged-publish'], emulator(version('$LATEST', 'v1'), []), async (front) => {
      expect((await publish(front, { RevisionId: 'older' })).status).toBe(201);
    });
  });
});

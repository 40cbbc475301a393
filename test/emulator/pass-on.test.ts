import { randomBytes } from 'node:crypto';
import { BEHAVIOURS } from '../../emulator/gateway/probes/probe';
import { json, said, type Sent, withGateway } from './fake-emulator';

describe('what the gateway does not answer itself', () => {
  it('reaches the emulator as it was sent, and the answer comes back as it was given', async () => {
    const model = randomBytes(3_000_000);
    const answer = { status: 201, headers: { etag: '"1"', 'x-amz-version-id': 'v1' }, body: Buffer.from('stored') };
    await withGateway(
      [...BEHAVIOURS],
      () => answer,
      async ({ send, reached }) => {
        const headers = {
          host: 'bucket.s3.localhost',
          'x-amz-meta-reason': 'retrain',
          authorization: 'AWS4-HMAC-SHA256 Credential=test',
        };
        const target = '/models/digits/a%20b.onnx?partNumber=1&uploadId=x';
        const answered = await send({ method: 'PUT', target, headers, body: model });
        expect(answered.status).toBe(201);
        expect(answered.headers).toMatchObject(answer.headers);
        expect(answered.body.toString()).toBe('stored');
        const [request] = reached;
        expect(request).toMatchObject({ method: 'PUT', target, headers });
        expect(request!.body.equals(model)).toBe(true);
      },
    );
  });

  it('is an error by name when the emulator is gone', async () => {
    await withGateway(
      [],
      () => json({}),
      async ({ send, endEmulator }) => {
        await endEmulator();
        const answered = await send({ headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' } });
        expect(answered.status).toBe(503);
        expect(said(answered)).toMatchObject({ __type: 'ServiceUnavailable' });
      },
    );
  });

  it('is everything, when the emulator has every behaviour', async () => {
    await withGateway(
      [],
      () => json({ mine: true }),
      async ({ send, reached }) => {
        const requests: readonly Sent[] = [
          { target: '/2015-03-31/functions/f/invocations?Qualifier=live' },
          { target: '/2015-03-31/functions/f/versions' },
          { target: '/2015-03-31/functions/f/aliases/live', method: 'PUT' },
          { headers: { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' } },
          { headers: { host: 'abc.lambda-url.us-east-1.on.aws' } },
        ];
        for (const request of requests) expect(said(await send({ ...request, body: '{}' }))).toEqual({ mine: true });
        expect(reached).toHaveLength(requests.length);
      },
    );
  });
});

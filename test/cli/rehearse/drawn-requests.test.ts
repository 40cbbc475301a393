import { drawnRequests } from '../../../cli/rehearse/drawn-requests';
import { seededRandom } from '../../../simulator/random';
import type { EmbeddedApp } from '../../../simulator/app/embedded-app';

/** A world of one version that tells this signature, and answers requests of up to so many values. */
function blueOf(shapes: readonly (readonly number[])[], accepts: (values: number) => boolean) {
  const sizes: number[] = [];
  const inputs = shapes.map((shape, index) => ({ name: `x${index}`, datatype: 'FP32', shape }));
  const metadata = { name: 'rehearsal', versions: ['2'], platform: 'onnx', inputs, outputs: [] };
  const send = async ({ input }: { readonly input: { readonly Payload: Uint8Array } }) => {
    const event = JSON.parse(Buffer.from(input.Payload).toString()) as { rawPath: string; body?: string };
    const answer = (statusCode: number, body: unknown) => ({
      Payload: Buffer.from(JSON.stringify({ statusCode, body: JSON.stringify(body) })),
    });
    if (event.body === undefined) return answer(200, metadata);
    const asked = JSON.parse(event.body) as { inputs: { data: unknown[] }[] };
    sizes.push(asked.inputs.reduce((sum, { data }) => sum + data.length, 0));
    return accepts(sizes.at(-1)!) ? answer(200, {}) : answer(400, { error: 'no such size' });
  };
  const world = {
    ...{ random: seededRandom(1), clock: { now: () => 0 }, user: { lambda: { send } } },
    run: <T>(work: Promise<T>) => work,
  };
  const app = { world } as unknown as EmbeddedApp;
  return { sizes, draw: () => drawnRequests(app, { endpoint: 'rehearsal', functionName: 'f', version: '2' }) };
}

it('counts the values of a request before it makes them: five open sizes of 224 do not fit any memory', async () => {
  const { sizes, draw } = blueOf([[-1, -1, -1, -1, -1]], () => false);
  await expect(draw()).rejects.toThrow(/blue answers none .*It said: /);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000_000);
});

it('says that requests are too large where no size of any kind fits', async () => {
  const { draw } = blueOf([[-1, 3_000, 3_000]], () => true);
  await expect(draw()).rejects.toThrow('a request of its sizes has 9000000 values; at most 2000000 are drawn');
});

it('draws so many requests that all of them together stay within the limit', async () => {
  const { sizes, draw } = blueOf([[-1, 100_000]], () => true);
  const { requests } = await draw();
  expect(requests.length).toBeGreaterThanOrEqual(4);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_000_000);
});

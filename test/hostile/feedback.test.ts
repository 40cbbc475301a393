import fc from 'fast-check';
import { feedbackAnswer } from '../../lambdas/contract/feedback';
import { errorBody } from '../../lambdas/contract/inference-protocol';
import { asked, image, stage } from '../model-server/feedback-stage';

/** What a client may send for an item, some of it nearly right. */
const items = (id: string) =>
  fc.oneof(
    fc.jsonValue(),
    fc.record({ requestId: fc.oneof(fc.constant(id), fc.jsonValue()), label: fc.jsonValue() }),
    fc.record({ requestId: fc.constant(id), label: fc.oneof(fc.integer(), fc.double(), fc.array(fc.integer())) }),
  );

it('any feedback is answered: a list item by item, anything else by an error that names its field', async () => {
  const served = stage();
  const { id } = await asked(served, image(2));
  // Each call has Lambda's id of its own; a call with the same one is a retry, which counts what it has kept itself.
  let calls = 0;
  const bodies = fc.oneof(
    fc.array(items(id), { minLength: 1, maxLength: 5 }).map((feedback) => ({ feedback })),
    items(id),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const reply = await served.label(JSON.stringify(body), `f-${(calls += 1)}`);
      const { statusCode } = reply;
      expect([200, 207, 400, 409]).toContain(statusCode);
      if (feedbackAnswer.safeParse(reply.json).success || statusCode === 200) return;
      const { error, field } = errorBody.parse(reply.json);
      expect(error.length).toBeGreaterThan(10);
      expect(field).toBeDefined();
    }),
  );
  // One answer was labelled at most once, whatever else was sent for it.
  expect(served.labelCounts.length).toBe(served.kept.size);
  expect(served.kept.size).toBeLessThanOrEqual(1);
});

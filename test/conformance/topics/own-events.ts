import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { until } from '../until';

const PUT = { covers: ['PutEvents'], fact: 'E1' } as const;
const SOURCE = 'conformance';
const entry = (detail: string) => ({
  Source: SOURCE,
  DetailType: 'Transition',
  Detail: detail,
  Resources: ['arn:one'],
});
const put = (aws: Aws, ...details: readonly string[]) =>
  aws.eventbridge.send(new PutEventsCommand({ Entries: details.map(entry) }));

export const ownEvents: Topic = {
  title: 'Events of our own',
  expectations: [
    expectation('an event comes as it was put, with its source, type, detail and resources', PUT, async (aws) => {
      const heard = await aws.listen({ source: [SOURCE], detail: { name: ['whole'] } });
      const { FailedEntryCount, Entries } = await put(aws, '{"name":"whole","weight":10}');
      expect([FailedEntryCount, Entries?.[0]?.EventId]).toEqual([0, expect.stringMatching(/^[\da-f-]{36}$/)]);
      const [event] = await until(aws, 'the event came', async () => {
        const all = await heard();
        return all.length > 0 && all;
      });
      expect(event).toMatchObject({
        ...{
          source: SOURCE,
          'detail-type': 'Transition',
          detail: { name: 'whole', weight: 10 },
          resources: ['arn:one'],
        },
      });
    }),
    expectation('an entry that is refused is counted in an answer that is no error', PUT, async (aws) => {
      const Entries = [entry('{"name":"good"}'), { ...entry('{"name":"theirs"}'), Source: 'aws.conformance' }];
      const answer = await aws.eventbridge.send(new PutEventsCommand({ Entries }));
      expect(answer.FailedEntryCount).toBe(1);
      expect(answer.Entries?.map(({ EventId }) => EventId !== undefined)).toEqual([true, false]);
      expect(answer.Entries?.[1]?.ErrorCode).toEqual(expect.stringContaining('NotAuthorizedForSource'));
    }),
  ],
};

import * as z from 'zod';

/**
 * What Lambda hands on of the table's stream. Only the keys are used: what is to be published is read anew, so that an
 * old copy of a record says nothing wrong. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const streamEventSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string().min(1),
        Keys: z.record(z.string(), z.object({ S: z.string().optional() })),
      }),
    }),
  ),
});

import * as z from 'zod';
import { shareOf } from '../numbers';
import { countedGate } from './counted';
import type { Gate } from './gate';
import { gateSettings, margin } from './margins';

/** Stands for the version's number in a dimension's value. */
export const VERSION_PLACEHOLDER = '{version}';

const counter = z.strictObject({
  namespace: z.string().min(1).max(255),
  metric: z.string().min(1).max(255),
  /** One value must hold `{version}`: else blue and green would be the same series. */
  dimensions: z
    .record(z.string().min(1).max(255), z.string().min(1).max(1024))
    .refine(
      (dimensions) => Object.values(dimensions).some((value) => value.includes(VERSION_PLACEHOLDER)),
      `must hold ${VERSION_PLACEHOLDER} in a value, so that blue and green are told apart`,
    ),
  stat: z.enum(['Sum', 'SampleCount']).default('Sum'),
});

/** A counter in CloudWatch, one series per version. */
export type CustomCounter = z.output<typeof counter>;

/** A pair of counters that the user named. */
export const customSettings = gateSettings({
  tolerance: margin(1.1, 0.0005),
  harm: margin(1.5, 0.005),
  /** In reports the gate is `custom:<name>`. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be 1 to 31 lower-case letters, digits or hyphens and start with a letter'),
  /** What goes wrong, counted per minute and version. */
  events: counter,
  /** What the events are a part of. @default requests: the version's requests through the live alias */
  of: z.union([z.literal('requests'), counter]).default('requests'),
});

type CustomSettings = Omit<z.output<typeof customSettings>, 'events' | 'of'>;

/** What is not routed by the alias is judged by its realised share. */
export const customGate = (chosen: CustomSettings, index: number): Gate =>
  countedGate(
    {
      name: `custom:${chosen.name}`,
      part: 0.1,
      nothing: 'the counters have no data',
      share: 'realised',
      events: (side) => side.custom[index]?.events ?? 0,
      of: (side) => side.custom[index]?.requests ?? 0,
      words: {
        counts: chosen.name,
        harmless: `that its share of ${chosen.name} is not harmfully larger`,
        comparison: (blue, green) =>
          `green ${shareOf(green.events, green.requests, chosen.name)} and blue ` +
          `${shareOf(blue.events, blue.requests, chosen.name)}`,
      },
    },
    chosen,
  );

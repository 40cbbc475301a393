import * as z from 'zod';
import { SUMMED_UP } from '../domain/measures/rows';
import { BUILT_IN_MEASURES } from '../domain/measures/measures';

/** Each is one custom metric a version, 30 cents a month while it is emitted. */
const MOST_MEASURES = 10;

/**
 * What is counted of answers beside what the task says: of an output's row the value at an index, or what sums the row
 * up.
 */
export const measuresSchema = z
  .array(
    z.strictObject({
      /** In reports and metadata. */
      name: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,29}$/, 'must be lower-case letters, digits and _, at most 30')
        .refine((name) => !BUILT_IN_MEASURES.includes(name), 'is the name of a built-in measure'),
      /** The model's output. */
      output: z.string().min(1).max(256),
      /**
       * Index of the value in its row, from 0; or `first`, `mean`, `last`, `largest` or `norm` of the row. @default 0
       */
      value: z.union([z.int().min(0).max(4095), z.enum(SUMMED_UP)]).default(0),
    }),
  )
  .max(MOST_MEASURES)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must not repeat a name');

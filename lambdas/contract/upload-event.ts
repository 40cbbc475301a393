import * as z from 'zod';
import { isWellFormed } from './on-one-line';

const text = (limits: z.ZodString) =>
  limits.refine(isWellFormed, 'must be whole Unicode, without half a surrogate pair');

/**
 * S3's `Object Created` event on EventBridge. The key is not URL-encoded there (in S3's classic notifications it is).
 * Only what is used is parsed; a missing version id is answered, not a parse error.
 */
export const uploadEventSchema = z.object({
  time: z.string().optional(),
  detail: z.object({
    bucket: z.object({ name: text(z.string().min(1).max(63)) }),
    object: z.object({
      key: text(z.string().min(1).max(1024)),
      'version-id': text(z.string().min(1).max(1024)).optional(),
      size: z.number().optional().catch(undefined),
      /** Hex; orders the events of one key. One that is none is as good as missing. */
      sequencer: z
        .string()
        .regex(/^[0-9a-fA-F]{1,64}$/)
        .optional()
        .catch(undefined),
    }),
  }),
});

import * as z from 'zod';

/**
 * S3's `Object Created` event on EventBridge. The key is not URL-encoded there (in S3's classic notifications it is).
 * Only what is used is parsed; a missing version id is answered, not a parse error.
 */
export const uploadEventSchema = z.object({
  time: z.string().optional(),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1).max(63) }),
    object: z.object({
      key: z.string().min(1).max(1024),
      'version-id': z.string().min(1).max(1024).optional(),
      size: z.number().optional(),
    }),
  }),
});
export type UploadEvent = z.output<typeof uploadEventSchema>;

/** Why the bytes of an object version cannot be read with the rights of the app. */
export const UNREADABLE_REASONS = ['gone', 'forbidden', 'customer-key', 'kms-key', 'archived'] as const;
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

export interface Unreadable {
  readonly reason: UnreadableReason;
  /** What S3 said: its code, and its message where there was one. */
  readonly said: string;
}

/** An object version that is there, or was, and whose bytes cannot be read. */
export class ModelUnreadable extends Error {
  override readonly name = 'ModelUnreadable';

  constructor(
    readonly key: string,
    readonly unreadable: Unreadable,
  ) {
    super(`${key}: ${unreadable.reason}: ${unreadable.said}`);
  }
}

const WORDS: Readonly<Record<UnreadableReason, { readonly is: string; readonly advice: string }>> = {
  gone: {
    is: 'is not there any more; it was deleted',
    advice: 'upload the model again; deleting the delete marker brings nothing back, this version itself is gone',
  },
  forbidden: {
    is: 'cannot be read: access denied',
    advice:
      "the app's functions need s3:GetObject and s3:GetObjectVersion on it; look for a Deny in the bucket's " +
      "policy, in an organization's policy or in that of a VPC endpoint",
  },
  'customer-key': {
    is: "is encrypted with the uploader's own key (SSE-C), which the app does not have",
    advice: "upload it again without one; the bucket's own encryption applies then",
  },
  'kms-key': {
    is: 'is encrypted with a key of KMS that cannot be used',
    advice:
      "enable the key, and allow the app's functions kms:Decrypt in its policy; or upload it again with the " +
      "bucket's own encryption",
  },
  archived: {
    is: 'is archived, and an archive is not read before it is restored',
    advice:
      'restore it, then copy it to the storage class STANDARD (a restored copy goes away again; in ' +
      'INTELLIGENT_TIERING it stays), and keep lifecycle rules and archive tiers off the prefix models/',
  },
};

/** "is archived, … (InvalidObjectState)": goes after the object's name. */
export const unreadableInWords = ({ reason, said }: Unreadable): string => `${WORDS[reason].is} (${said})`;
export const adviceOnUnreadable = ({ reason }: Unreadable): string => WORDS[reason].advice;

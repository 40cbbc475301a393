import { createHash, randomBytes } from 'node:crypto';
import type { Sha256Hex } from '../domain/rollout';

export const sha256Hex: Sha256Hex = (text) => createHash('sha256').update(text).digest('hex');

/** 256 random bits, in base64url. */
export const randomKey = (): string => randomBytes(32).toString('base64url');

import { createHash } from 'node:crypto';
import type { Hash } from '../ports/hash';

export const sha256Hex: Hash = (text) => createHash('sha256').update(text).digest('hex');

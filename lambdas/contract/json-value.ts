import * as z from 'zod';

/** Nobody writes more by hand, and what is deeper cannot be written out again. */
const MAX_DEPTH = 100;

/** Any value that JSON has. Unlike zod's own, it refuses a value that is nested too deeply instead of failing on it. */
export const jsonValue = z.custom<z.core.util.JSONType>((value) => isJson(value, 0), {
  error: `must be JSON, nested at most ${MAX_DEPTH} levels`,
});

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === MAX_DEPTH) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((inner) => isJson(inner, depth + 1));
}

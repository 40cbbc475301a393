import type { Item, Value } from './attribute-value';
import { invalidRequest } from './dynamodb-errors';
import type { Path } from './expression-reader';

/** The value at a path, or undefined. */
export function valueAt(item: Item, path: Path): Value | undefined {
  let value: Value | undefined = item;
  for (const step of path) value = child(value, step);
  return value;
}

function child(value: Value | undefined, step: string | number): Value | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? (value as readonly Value[])[step] : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (value instanceof Uint8Array || value instanceof Set) return undefined;
  return Object.hasOwn(value, step) ? (value as Item)[step] : undefined;
}

/** Sets a value in place. The parent must be there; a list grows at its end. */
export function setAt(item: Item, path: Path, value: Value): void {
  const parent = valueAt(item, path.slice(0, -1));
  const step = path.at(-1)!;
  if (typeof step === 'number' && Array.isArray(parent)) {
    parent[Math.min(step, parent.length)] = value;
    return;
  }
  const isMap = typeof parent === 'object' && parent !== null && !Array.isArray(parent) && !(parent instanceof Set);
  if (typeof step === 'number' || !isMap) {
    throw invalidRequest('The document path provided in the update expression is invalid for update');
  }
  (parent as Record<string, Value>)[step] = value;
}

/** Removes what is at the path, if it is there. */
export function removeAt(item: Item, path: Path): void {
  const parent = valueAt(item, path.slice(0, -1));
  const step = path.at(-1)!;
  if (parent === undefined) {
    throw invalidRequest('The document path provided in the update expression is invalid for update');
  }
  if (typeof step === 'number') {
    if (Array.isArray(parent)) parent.splice(step, 1);
  } else {
    delete (parent as Record<string, Value>)[step];
  }
}

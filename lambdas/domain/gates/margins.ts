import * as z from 'zod';
import type { Margin } from '../statistics/counts';

export type { Margin } from '../statistics/counts';

/** A `Margin` with its defaults. */
export const margin = (ratio: number, points: number) =>
  z
    .strictObject({
      /** Factor on blue's rate. */
      ratio: z.number().min(1).max(100).default(ratio),
      /** Absolute share of requests (0.005 is half a percentage point). */
      points: z.number().min(0).max(1).default(points),
    })
    .prefault({});

export const MODES = ['enforce', 'observe'] as const;
/** Whether a gate decides, or is only counted, tested and reported. */
export type Mode = (typeof MODES)[number];

/** A gate's own settings, and whether it decides. */
export const gateSettings = <Shape extends z.ZodRawShape>(shape: Shape, mode: Mode = 'enforce') =>
  z.strictObject({ ...shape, mode: z.enum(MODES).default(mode) });

/** A tolerance that must not lie beyond the harm of the same kind. */
export interface OrderedPair {
  readonly name: string;
  readonly tolerance: number;
  readonly harm: number;
  /** What it holds for, where the gate holds different things to different margins. @default all that it counts */
  readonly of?: string;
  /** Where harm stands in the gate's settings. */
  readonly path: readonly string[];
}

export const orderedMargins = ({ tolerance, harm }: { tolerance: Margin; harm: Margin }): readonly OrderedPair[] =>
  (['ratio', 'points'] as const).map((name) => ({
    name,
    tolerance: tolerance[name],
    harm: harm[name],
    path: ['harm', name],
  }));

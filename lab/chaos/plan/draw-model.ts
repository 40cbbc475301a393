import type { ChaosModel } from './chaos-model';
import type { Dice } from './dice';

export type Harm =
  'errors' | 'model errors' | 'slow' | 'drifting' | 'not finite' | 'unloadable' | 'crashing' | 'other shape' | 'mute';

/**
 * A model that is faultless, or one whose harm is far beyond every margin, so that any judge with evidence must see it.
 */
export function drawModel(dice: Dice, name: string): { readonly model: ChaosModel; readonly harm?: Harm } {
  const kind = dice.weighted<Harm | 'good'>([
    ...[['good', 8] as const, ['errors', 2] as const, ['model errors', 1] as const, ['slow', 2] as const],
    ...[['drifting', 1] as const, ['not finite', 1] as const, ['unloadable', 1] as const],
    ...[['crashing', 0.5] as const, ['other shape', 0.5] as const, ['mute', 0.5] as const],
  ]);
  return { model: modelThat(kind, name), ...(kind !== 'good' && { harm: kind }) };
}

export const modelThat = (kind: Harm | 'good', name: string): ChaosModel => ({ name, ...behaviour(kind) });

function behaviour(kind: Harm | 'good'): Omit<ChaosModel, 'name'> {
  switch (kind) {
    case 'good':
      return {};
    case 'errors':
      return { errorRate: 0.3 };
    case 'model errors':
      return { modelErrorRate: 0.3 };
    case 'slow':
      return { latencyMs: 90 };
    case 'drifting':
      return { classes: [0.1, 0.1, 0.8], accuracy: 0.3 };
    case 'not finite':
      return { nonFinite: 0.3 };
    case 'unloadable':
      return { load: 'ModelUnloadable' };
    case 'crashing':
      return { crashes: 'out of memory' };
    case 'other shape':
      return { columns: 3 };
    case 'mute':
      return { mute: true };
  }
}

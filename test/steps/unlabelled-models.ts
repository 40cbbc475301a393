import type { OutputFacts } from '../../lambdas/domain/measures/count-answers';
import { seededRandom } from '../../simulator/random';

interface Tensor {
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
/** The outputs of one row, by name. */
export type Model = (x: readonly number[]) => Readonly<Record<string, Tensor>>;
export interface Kind {
  readonly made?: Readonly<Record<string, OutputFacts['made']>>;
  readonly names?: readonly string[];
  readonly blue: Model;
  readonly good: Model;
  /** What may come of the good one. @default it is proven */
  readonly asks?: true;
  readonly damaged: Readonly<Record<string, Model>>;
}

export const COLUMNS = 4;
const random = seededRandom('unlabelled kinds');
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
export const list = <T>(n: number, make: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at));
const fp32 = (...data: readonly number[]): Tensor => ({ datatype: 'FP32', shape: [1, data.length], data });
const y = (...data: readonly number[]) => ({ y: fp32(...data) });

const whole = (datatype: string, ...data: readonly number[]) => ({ y: { ...fp32(...data), datatype } });
const quantised = (score: number): number => Math.max(-128, Math.min(127, Math.round(20 * score)));
/** 1 at the largest. */
const given = (scores: readonly number[]): number[] => scores.map((score) => Number(score === Math.max(...scores)));

type Weights = readonly (readonly number[])[];
/** A column of weights for each value. */
const drawn = (width: number): Weights => list(width, () => list(COLUMNS, normal));
/** As training leaves those of a softmax: they add up to nothing. */
const competing = (width: number): Weights => {
  const all = drawn(width);
  const mean = list(COLUMNS, (at) => all.reduce((sum, one) => sum + one[at]!, 0) / width);
  return all.map((one) => one.map((value, at) => value - mean[at]!));
};
/** Another training: a little beside. */
const retrained = (weights: Weights, part = 0.05): Weights =>
  weights.map((one) => one.map((value) => value + part * normal()));
const times = (weights: Weights, x: readonly number[]): number[] =>
  weights.map((one) => one.reduce((sum, value, at) => sum + value * x[at]!, 0));
const softmax = (scores: readonly number[]): number[] => {
  const all = scores.map((one) => Math.exp(one));
  const sum = all.reduce((total, one) => total + one, 0);
  return all.map((one) => one / sum);
};
const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));
const largest = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));
const swapped = (values: readonly number[], one: number, other: number): number[] =>
  values.map((value, at) => (at === one ? values[other]! : at === other ? values[one]! : value));
/** Answers that are dealt out anew: those of another request, whose numbers are distributed alike. */
const dealt =
  (model: Model): Model =>
  (x) =>
    model(x.map((value, at) => (at % 2 ? value : -value)));

const ten = competing(10);
const tenAgain = retrained(ten);
const two = competing(2);
const many = competing(200);
const labels = drawn(5);
const labelsAgain = retrained(labels);
const one = drawn(1);
const oneAgain = retrained(one, 0.02);
const level = (x: readonly number[], weights: Weights) => 100 + 10 * times(weights, x)[0]!;
const SHAPE = list(12, (at) => 1 + 0.2 * Math.sin(at / 2));
const horizon = (x: readonly number[], weights: Weights, size = 1) =>
  SHAPE.map((part) => size * part * level(x, weights));
const waves = drawn(2);
const wavesAgain = retrained(waves, 0.03);
const swinging = (x: readonly number[], weights: Weights, size = 1) => {
  const [a = 0, b = 0] = times(weights, x);
  return list(24, (at) => size * (a * Math.sin((2 * Math.PI * at) / 24) + b * Math.cos((2 * Math.PI * at) / 24)));
};
const space = drawn(32);
const spaceAgain = retrained(space, 0.05);
const unit = (values: readonly number[]) => values.map((value) => value / Math.hypot(...values));
const odd = (x: readonly number[], size = 1) => size * Math.exp(times(one, x)[0]! / 2);
const ofOdd = (score: number) => ({
  label: { datatype: 'INT64', shape: [1, 1], data: [score > 2 ? -1 : 1] },
  scores: fp32(2 - score),
});
const decided = (scores: readonly number[]) => ({
  label: { datatype: 'INT64', shape: [1], data: [largest(scores)] },
  scores: fp32(...scores),
});
const found = (x: readonly number[], { moved = 0, surer = 1, classes = [0, 1, 2] as readonly number[] } = {}) => {
  const scores = times(labels.slice(0, 3), x).map((score) => sigmoid(surer * score));
  return {
    boxes: {
      datatype: 'FP32',
      shape: [3, 4],
      data: x.slice(0, 3).flatMap((at) => [at + moved, at, at + 1 + moved, at + 2]),
    },
    scores: { datatype: 'FP32', shape: [3], data: scores },
    classes: { datatype: 'INT64', shape: [3], data: classes },
  };
};
const TOPICS = ['arts', 'politics', 'science', 'sports'];
const topic = (scores: readonly number[]) => ({
  label: { datatype: 'BYTES', shape: [1], data: [TOPICS[largest(scores)]!] },
});
const four = competing(4);
const fourAgain = retrained(four);
const UNITS = [1_000, 0.1, 5];
const units = (x: readonly number[], weights: Weights) =>
  times(weights, x).map((value, at) => UNITS[at]! * (value + 10));
const three = drawn(3);
const threeAgain = retrained(three, 0.03);
const quantiles = (x: readonly number[], weights: Weights, wide = 1) =>
  [-1, 0, 1].map((at) => level(x, weights) + 15 * wide * at);

export const KINDS: Readonly<Record<string, Kind>> = {
  'logits of ten classes': {
    made: { y: 'logits' },
    blue: (x) => y(...times(ten, x)),
    good: (x) => y(...times(tenAgain, x).map((score) => 1.5 * score)),
    damaged: {
      'two classes swapped': (x) => y(...swapped(times(ten, x), 3, 7)),
      'a class that is never said': (x) => y(...times(ten, x).map((score, at) => (at === 7 ? -99 : score))),
      'answers dealt out anew': dealt((x) => y(...times(ten, x))),
      'one class alone': (x) => y(...times(ten, x).map((score, at) => (at === 0 ? 99 : score))),
      'signs turned': (x) => y(...times(ten, x).map((score) => -score)),
    },
  },
  'logits of two classes': {
    blue: (x) => y(...times(two, x)),
    good: (x) => y(...times(retrained(two, 0), x).map((score) => 2 * score)),
    damaged: { 'the two swapped': (x) => y(...swapped(times(two, x), 0, 1)) },
  },
  'logits of two hundred classes': {
    asks: true,
    blue: (x) => y(...times(many, x)),
    good: (x) => y(...times(many, x).map((score) => 1.4 * score)),
    damaged: { 'answers dealt out anew': dealt((x) => y(...times(many, x))) },
  },
  'probabilities of classes': {
    made: { y: 'shares' },
    blue: (x) => y(...softmax(times(ten, x))),
    good: (x) => y(...softmax(times(tenAgain, x).map((score) => 1.5 * score))),
    damaged: {
      'two classes swapped': (x) => y(...swapped(softmax(times(ten, x)), 3, 7)),
      'answers dealt out anew': dealt((x) => y(...softmax(times(ten, x)))),
    },
  },
  'one-vs-rest, a class beside its scores': {
    blue: (x) => decided(times(ten, x)),
    good: (x) => decided(times(tenAgain, x).map((score) => 1.5 * score)),
    damaged: { 'two classes swapped': (x) => decided(swapped(times(ten, x), 3, 7)) },
  },
  'quantised scores of ten classes': {
    blue: (x) => whole('INT8', ...times(ten, x).map(quantised)),
    good: (x) => whole('INT8', ...times(tenAgain, x).map(quantised)),
    damaged: { 'zero alone': () => whole('INT8', ...list(10, () => 0)) },
  },
  'one class of ten, as a 1 among zeros': {
    blue: (x) => whole('BOOL', ...given(times(ten, x))),
    good: (x) => whole('BOOL', ...given(times(tenAgain, x))),
    damaged: { 'two classes swapped': (x) => whole('BOOL', ...swapped(given(times(ten, x)), 3, 7)) },
  },
  'several labels, as probabilities': {
    made: { y: 'labels' },
    blue: (x) => y(...times(labels, x).map(sigmoid)),
    good: (x) => y(...times(labelsAgain, x).map((score) => sigmoid(1.3 * score))),
    damaged: {
      'none is given': (x) => y(...times(labels, x).map((score) => sigmoid(score - 20))),
      'two swapped': (x) => y(...swapped(times(labels, x).map(sigmoid), 1, 3)),
    },
  },
  'several labels, as logits': {
    asks: true,
    made: { y: 'logits' },
    blue: (x) => y(...times(labels, x)),
    good: (x) => y(...times(labelsAgain, x)),
    damaged: {
      'none is given': (x) => y(...times(labels, x).map((score) => score - 20)),
      'two swapped': (x) => y(...swapped(times(labels, x), 1, 3)),
    },
  },
  'one number': {
    blue: (x) => y(level(x, one)),
    good: (x) => y(level(x, oneAgain)),
    damaged: {
      'a tenth higher': (x) => y(1.1 * level(x, one)),
      'half a deviation higher': (x) => y(level(x, one) + 10),
      'one constant': () => y(100),
      'dealt out anew': dealt((x) => y(level(x, one))),
    },
  },
  'numbers of three units': {
    blue: (x) => y(...units(x, three)),
    good: (x) => y(...units(x, threeAgain)),
    damaged: {
      'two swapped': (x) => y(...swapped(units(x, three), 0, 2)),
      'the small one twice': (x) => y(...units(x, three).map((value, at) => (at === 1 ? 2 * value : value))),
      'dealt out anew': dealt((x) => y(...units(x, three))),
    },
  },
  'a horizon': {
    blue: (x) => y(...horizon(x, one)),
    good: (x) => y(...horizon(x, oneAgain)),
    damaged: {
      'ten times too high': (x) => y(...horizon(x, one, 10)),
      'a tenth too low': (x) => y(...horizon(x, one, 0.9)),
      'turned around': (x) => y(...horizon(x, one).reverse()),
      'two steps swapped': (x) => y(...swapped(horizon(x, one), 3, 9)),
      'dealt out anew': dealt((x) => y(...horizon(x, one))),
    },
  },
  'a horizon that swings around nothing': {
    blue: (x) => y(...swinging(x, waves)),
    good: (x) => y(...swinging(x, wavesAgain)),
    damaged: {
      'twice as far': (x) => y(...swinging(x, waves, 2)),
      'six steps late': (x) => {
        const all = swinging(x, waves);
        return y(...all.slice(6), ...all.slice(0, 6));
      },
      'dealt out anew': dealt((x) => y(...swinging(x, waves))),
    },
  },
  'three quantiles of a number': {
    blue: (x) => y(...quantiles(x, one)),
    good: (x) => y(...quantiles(x, oneAgain)),
    damaged: {
      'too wide': (x) => y(...quantiles(x, one, 3)),
      'upper and lower swapped': (x) => y(...quantiles(x, one, -1)),
    },
  },
  'an embedding': {
    blue: (x) => y(...times(space, x)),
    good: (x) => y(...times(spaceAgain, x)),
    damaged: {
      'all in one place': () => y(...list(32, () => 1)),
      'dealt out anew': dealt((x) => y(...times(space, x))),
    },
  },
  'an embedding of length one': {
    blue: (x) => ({ sentence_embedding: fp32(...unit(times(space, x))) }),
    good: (x) => ({ sentence_embedding: fp32(...unit(times(spaceAgain, x))) }),
    damaged: { 'dealt out anew': dealt((x) => ({ sentence_embedding: fp32(...unit(times(space, x))) })) },
  },
  'how unusual a request is': {
    blue: (x) => y(odd(x)),
    good: (x) => y(odd(x, 1.01)),
    damaged: {
      'twice as unusual': (x) => y(odd(x, 2)),
      'the usual as unusual': (x) => y(1 / odd(x)),
      'one constant': () => y(1),
    },
  },
  'how unusual a request is, beside its label': {
    blue: (x) => ofOdd(odd(x)),
    good: (x) => ofOdd(odd(x, 1.01)),
    damaged: {
      'nothing is unusual': (x) => ofOdd(odd(x, 0.01)),
      'the usual is unusual': (x) => ofOdd(1 / odd(x)),
    },
  },
  'scores to rank by': {
    blue: (x) => ({ score: fp32(times(one, x)[0]!) }),
    good: (x) => ({ score: fp32(times(oneAgain, x)[0]!) }),
    damaged: {
      'the other way round': (x) => ({ score: fp32(-times(one, x)[0]!) }),
      'dealt out anew': dealt((x) => ({ score: fp32(times(one, x)[0]!) })),
    },
  },
  'boxes, scores and classes': {
    blue: (x) => found(x),
    good: (x) => found(x, { moved: 0.02, surer: 1.05 }),
    damaged: {
      'boxes that are moved': (x) => found(x, { moved: 3 }),
      'another class': (x) => found(x, { classes: [1, 0, 2] }),
      'hardly a score': (x) => found(x, { surer: 0.01 }),
    },
  },
  'names of classes': {
    names: TOPICS,
    blue: (x) => topic(times(four, x)),
    good: (x) => topic(times(fourAgain, x)),
    damaged: {
      'two swapped': (x) => topic(swapped(times(four, x), 0, 3)),
      'one name alone': () => topic([0, 1, 0, 0]),
    },
  },
  'a probability': {
    made: { y: 'labels' },
    blue: (x) => y(sigmoid(times(one, x)[0]! - 2)),
    good: (x) => y(sigmoid(times(oneAgain, x)[0]! - 2)),
    damaged: {
      'shifted by two': (x) => y(sigmoid(times(one, x)[0]!)),
      never: () => y(0.001),
    },
  },
};

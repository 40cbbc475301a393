import type { Bench } from '../bench/bench';

/** A number, or a word where there is none. */
export type Numbers = Readonly<Record<string, number | string | boolean>>;

export type Answer =
  | {
      readonly verdict: 'agrees' | 'differs';
      readonly said: string;
      readonly numbers: Numbers;
    }
  | { readonly verdict: 'not askable here'; readonly why: string };

/** One thing that AWS's documents leave open, or that the project builds on without having tried it. */
export interface Question {
  /** Stays for good: L Lambda, C CloudWatch, F Step Functions, S S3, D deploying. */
  readonly id: string;
  readonly question: string;
  /** What the project takes to be so. */
  readonly assumption: string;
  /** Files that would have to change if it is otherwise; from the project's directory. */
  readonly buildsOn: readonly string[];
  /** The project was cautious: if it is otherwise, nothing breaks. @default - what builds on it must change */
  readonly safeEitherWay?: true;
  /** Most minutes that asking may take in AWS. */
  readonly minutes: number;
  /** What is done, with the calls it costs. */
  readonly how: string;
  /** Throws NotAskable when the place has no answer to give. */
  readonly ask: (bench: Bench) => Promise<Answer>;
}

/** The place cannot answer this; the message says why. */
export class NotAskable extends Error {
  override readonly name = 'NotAskable';
}

/** An answer: does the assumption hold, what was seen, with numbers. */
export const answered = (holds: boolean, said: string, numbers: Numbers = {}): Answer => ({
  verdict: holds ? 'agrees' : 'differs',
  said,
  numbers,
});

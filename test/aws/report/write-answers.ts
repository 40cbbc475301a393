import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from '../questions/ask';

export interface AnswersHead {
  /** Account and region, or the emulator's address. */
  readonly where: string;
  readonly place: 'aws' | 'emulator' | 'engine';
  /** ISO time. */
  readonly at: string;
}

/** Writes answers.json for programs and answers.md for people. Answers their paths. */
export function writeAnswers(directory: string, head: AnswersHead, asked: readonly Asked[]): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const files = [join(directory, 'answers.json'), join(directory, 'answers.md')] as const;
  const answers = asked.map(({ question, answer, seconds }) => {
    const { id, question: text, assumption, how, buildsOn } = question;
    return {
      id,
      question: text,
      assumption,
      how,
      buildsOn,
      ...answer,
      seconds,
    };
  });
  writeFileSync(files[0], `${JSON.stringify({ ...head, answers }, null, 2)}\n`);
  writeFileSync(files[1], answersAsMarkdown(head, asked));
  return files;
}

/** A table, and below it the files that build on what turned out otherwise. */
export function answersAsMarkdown({ where, place, at }: AnswersHead, asked: readonly Asked[]): string {
  const rows = asked.map(({ question: { id, question, assumption }, answer }) => {
    const said = answer.verdict === 'not askable here' ? answer.why : answer.said;
    return `| ${[id, question, assumption, said, answer.verdict].map(cell).join(' | ')} |`;
  });
  const differ = asked.filter(({ answer }) => answer.verdict === 'differs');
  const counts = (['agrees', 'differs', 'not askable here'] as const).map(
    (verdict) => `${asked.filter(({ answer }) => answer.verdict === verdict).length} ${verdict}`,
  );
  return [
    '# Answers about AWS',
    '',
    `Asked of ${place === 'aws' ? 'AWS' : `an ${place}`}: ${where}, ${at}. ${asked.length} questions: ` +
      `${counts.join(', ')}.`,
    ...(place === 'aws' ? [] : ['', "An emulator's answers say something about the emulator, not about AWS."]),
    '',
    '| id | question | assumption | answer | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(differ.length === 0 ? [] : ['', '## What builds on assumptions that differ', '']),
    ...differ.map(({ question: { id, buildsOn, safeEitherWay } }) => {
      const files = buildsOn.map((file) => `\`${file}\``).join(', ');
      return `- ${id}: ${files}${safeEitherWay ? ' (the project was cautious: nothing breaks)' : ''}`;
    }),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

import { join } from 'node:path';
import { understoodInWords } from '../../lambdas/domain/task';
import type { Rehearsal } from './rehearse';

export const HELP = `Rehearses one rollout of your own models, on this machine, before you upload anything.

  greenlight rehearse A.onnx B.onnx [--golden G.json] [--traffic T.json] [options]

  A.onnx B.onnx      the model in service and the candidate; --blue FILE and --green FILE work, too
  --blue-server S, --green-server S
                     a server in place of a file, in any language that speaks the Open Inference Protocol: the URL of
                     one that runs, http://127.0.0.1:8000, or a command that starts one, with {port} for its port:
                     'python server.py --model a.pkl --port {port}'
  --server S         the same, shorter: of two the first is blue and the second green, one takes the side without a file
  --model-name NAME  how the servers call their model, in /v2/models/NAME (default rehearsal)
  --golden FILE      golden set: requests with labels, .json or .jsonl, .gz of each; see docs/guides/golden-sets.md
  --traffic FILE     live traffic to draw requests from, in the same form (default: the golden set; without one requests
                     of random values, drawn from blue's signature)
  --replay FILE      requests that both versions answer before green has users; the same form, labels may be missing
  --hook NAME=WHAT   a hook of yours, asked as in an account: NAME beforeTraffic, beforePromotion or afterPromotion; WHAT a
                     module that exports handler (check.mjs, check.py, check.mjs:other), or a command that reads the
                     event and prints its answer; several may be given; see docs/guides/hooks.md
  --strategy S       a preset (Canary10Percent15Minutes, Progressive, AllAtOnce …) or {"steps":[{"weight":10,"bakeMinutes":15}]}
  --rpm N            requests per minute, 1 to 100000 (default: as many as this machine answers in time, 600 to 3000)
  --label-share S    users send the true label of this share of the answers, a minute later; 0 to 1 (default 0)
  --settings FILE    JSON with endpoint settings that differ from the defaults
  --seed N           another draw of requests and routing (default 1)
  --out DIR          where the summary and the report go (default out/rehearse)
  --open             a page that shows the rollout as it goes, with buttons that work; it stays until Ctrl-C
  --json             print the summary as JSON on standard output, and nothing else there
  --help             this text

Exit code: 0 green was promoted (or is live already), 1 it was not, 2 the arguments or files cannot be used.`;

/** The end of a rehearsal for a person: what was understood, outcome, reason, numbers, where the page is. */
export function rehearsalInWords({ summary, record, remarks }: Rehearsal, out: string): string {
  const [rollout] = summary.rollouts;
  if (rollout === undefined) return 'nothing was rolled out';
  const judgement = record.state?.judgement;
  const reason =
    rollout.error === null ? (judgement?.reason ?? 'no canary was needed') : `${rollout.error}: ${rollout.cause ?? ''}`;
  const understood = record.state?.understood && understoodInWords(record.state.understood);
  return [
    '',
    ...(understood === undefined ? [] : [understood]),
    `${rollout.outcome.toUpperCase()}  ${reason}`,
    ...(judgement?.gates ?? []).flatMap(({ observed, summary: said }) =>
      observed?.includes('would have failed') === true ? [`WARNING  only ${said}`] : [],
    ),
    // Within the margins nothing else says that green is slower.
    ...(judgement?.gates ?? []).flatMap(({ summary }) => /latency: p50 [^;]*\(blue → green\)/.exec(summary)?.[0] ?? []),
    `weights: ${rollout.weights.map(({ minute, weight }) => `${weight} % from minute ${minute}`).join(', ') || 'none'}`,
    `minutes: ${rollout.minutes}; green requests judged: ${rollout.greenRequests}; user requests: ` +
      `${summary.traffic.requests}, failed during the rollout: ${rollout.failedRequests}, because of a shift: ` +
      `${summary.traffic.failedBecauseOfShift}`,
    ...remarks.map((remark) => `note: ${remark}`),
    `page: ${join(out, rollout.report)}`,
  ].join('\n');
}

import { drawWatch, ratesAround } from '../../lambdas/domain/plan/draw-watch';
import { evidenceOfCanary } from '../../lambdas/domain/plan/evidence-of-canary';
import { judge } from '../../lambdas/domain/judge/judge';
import { simulated } from '../../lambdas/domain/plan/question';
import { scheduleOfWatch } from '../../lambdas/domain/plan/try-watch';
import { questionOf } from '../../local/plan/request';
import { seeded } from '../../local/bench/judge/simulate/random';
import { requestFor, settingsWith } from './planning';
import { realisedWatch } from './realised';
it('x', () => {
  const settings = settingsWith({ watchMinutes: 5, gates: { custom: [{ name: 'fallbacks', events: { namespace: 'A', metric: 'B', dimensions: { v: '{version}' } } }] } });
  const asked = requestFor({ requestsPerMinute: 1000, errorRate: 0.01 }, { settings });
  const { question } = questionOf({ ...asked, day: { ...asked.day, minutes: asked.day.minutes.map((m) => ({ ...m, custom: [{ events: m.requests * 0.02, requests: m.requests }] })) } });
  const what = { ...simulated(question, [], 0), schedule: scheduleOfWatch(5), oneAfterTheOther: true };
  const show = (e: any) => ({ base: e.baseline.minutes.length, dur: e.baseline.durations, th: e.baseline.thresholds, planned: e.plannedMinutes, one: e.oneAfterTheOther, warm: e.warmOnly, names: e.baseline.classNames, b0: e.baseline.minutes[0], m0: e.minutes[0], n: e.minutes.length });
  let stopped = 0;
  for (let run = 0; run < 400; run++) {
    const e = evidenceOfCanary(what, drawWatch(what, ratesAround(question.day), 5, 0.9, seeded(1, run)), { type: 'factor', factor: 2 });
    const j = judge(e, { ...question.judge, minimumMinutes: 5 } as never);
    if (j.verdict === 'fail') stopped++;
    if (run === 0) console.log(JSON.stringify(show(e)));
  }
  console.log('plan', stopped);
  const seen: any[] = [];
  (globalThis as any).seeEvidence = (e: any) => seen.push(e);
  console.log('real', realisedWatch({ requestsPerMinute: 1000, errorRate: 0.01, weight: 10, bakeMinutes: 15, settings, regression: { type: 'errx', x: 2 }, runs: 400, seed: 5 }));
  if (seen[0]) console.log(JSON.stringify(show(seen[0])));
});

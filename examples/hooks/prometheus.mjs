/**
 * A hook that lets a Prometheus query decide: the whole Lambda function (Node.js 20 or newer, no packages).
 *
 * PROMETHEUS_URL  such as https://prometheus.example.com
 * QUERY PromQL that gives one number. {version}, {blueVersion}, {endpoint} and {minutes} are filled in; {minutes} is
 * how long
 *                 green has had traffic: sum(rate(refunds_total{model_version="{version}"}[{minutes}m]))
 * LIMIT           the largest number that is a pass
 * TOKEN           a bearer token; optional
 */
export const handler = async (event) => {
  const { PROMETHEUS_URL, QUERY, LIMIT, TOKEN } = process.env;
  const limit = Number(LIMIT);
  if (!PROMETHEUS_URL || !QUERY || !LIMIT || !Number.isFinite(limit))
    throw new Error('PROMETHEUS_URL, QUERY and a number in LIMIT must be set');
  const since = Date.parse(event.traffic.since ?? event.at);
  const minutes = Math.max(1, Math.floor((Date.parse(event.at) - since) / 60_000));
  const query = QUERY.replaceAll('{version}', event.green.version)
    .replaceAll('{blueVersion}', event.blue?.version ?? 'none')
    .replaceAll('{endpoint}', event.endpoint)
    .replaceAll('{minutes}', String(minutes));
  const url = new URL('/api/v1/query', PROMETHEUS_URL);
  url.searchParams.set('query', query);
  url.searchParams.set('time', event.at);
  // The rollout waits until answerBefore; an answer that comes later is not listened to.
  const response = await fetch(url, {
    headers: TOKEN ? { authorization: `Bearer ${TOKEN}` } : {},
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const body = text.startsWith('{') ? JSON.parse(text) : { error: text.slice(0, 200) };
  // Thrown, so that it is no answer: nothing is known of green.
  if (!response.ok || body.status !== 'success' || !body.data)
    throw new Error(`Prometheus answered ${response.status}: ${body.error ?? 'no reason'}`);
  const [first, ...others] = body.data.resultType === 'scalar' ? [{ value: body.data.result }] : body.data.result;
  if (others.length > 0) throw new Error(`the query gives ${others.length + 1} series: let it give one`);
  const value = Number(first?.value?.[1]);
  // No series, or NaN where nothing was counted.
  if (first === undefined || !Number.isFinite(value))
    return { verdict: 'inconclusive', reason: `Prometheus has no number for version ${event.green.version}` };
  const numbers = [{ name: 'prometheus', value, limit }];
  return value > limit
    ? { verdict: 'fail', reason: `${value} is more than ${limit} for version ${event.green.version}`, numbers }
    : { verdict: 'pass', reason: `${value} is at most ${limit} for version ${event.green.version}`, numbers };
};

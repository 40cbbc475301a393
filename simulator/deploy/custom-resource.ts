import type { Invocations } from '../invocations';
import type { EngineExtras } from '../handler-runtime';
import type { VirtualClock } from '../virtual-clock';
import { DeploymentFailed, type Deployed } from '../template';

interface ResponseBody {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** Calls the functions behind custom resources and takes their response, a PUT to the event's ResponseURL. */
export class CustomResources {
  private readonly waiting = new Map<string, (body: ResponseBody) => void>();
  /** URLs that a response was taken from: S3 takes another one, and it is not read. */
  private readonly answered = new Set<string>();
  private requests = 0;

  constructor(
    private readonly invocations: Invocations,
    private readonly clock: VirtualClock,
  ) {}

  /** The `fetch` that handlers get: it knows the response URLs of this world and nothing else. */
  readonly fetch: EngineExtras['fetch'] = async (url, init) => {
    const respond = this.answered.has(url) ? () => undefined : this.waiting.get(url);
    if (!respond || init?.method !== 'PUT')
      throw new TypeError(`fetch failed: nothing listens at ${url} in this world`);
    respond(JSON.parse(String(init.body)) as ResponseBody);
    return new Response(null, { status: 200 });
  };

  /** Sends one request and waits for its response. @throws DeploymentFailed when the response says so or never comes */
  async request(functionArn: string, request: Readonly<Record<string, unknown>>): Promise<Deployed> {
    const id = `${String(request.LogicalResourceId)}-${++this.requests}`;
    const url = `https://cloudformation-custom-resource-response.invalid/${id}`;
    const event = { ...request, ServiceToken: functionArn, ResponseURL: url, RequestId: id };
    const letters = this.invocations.deadLetters.length;
    const response = new Promise<ResponseBody>((resolve) => this.waiting.set(url, resolve));
    const silence = this.invocations.asEvent(functionArn, event).then(async () => {
      // A response may be sent as the handler's last act; one turn lets it come first.
      await this.clock.sleep(1);
      return undefined;
    });
    const body = await Promise.race([response, silence]);
    this.waiting.delete(url);
    this.answered.add(url);
    if (body?.Status === 'SUCCESS') return { ref: body.PhysicalResourceId, attributes: body.Data ?? {} };
    const reason = body?.Reason ?? this.invocations.deadLetters[letters]?.error ?? 'its function sent no response';
    throw new DeploymentFailed(`${String(request.LogicalResourceId)}: ${reason}`);
  }
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientsFromEnvironment, type Clients } from '../../../lab/deployed/clients';
import { DeployedApp } from '../../../lab/deployed/deployed-app';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import { Cdk } from '../../../emulator/cdk';
import { PROJECT } from '../../../emulator/paths';
import { sdkBench } from '../bench/sdk-bench';
import type { Bench } from '../bench/bench';
import { questions } from '../questions/all';
import type { Question } from '../questions/question';
import { ask, type Asked } from '../questions/ask';
import { writeAnswers } from '../report/write-answers';
import type { RolloutFindings } from '../rollouts/findings';
import { APP_STACK, ENDPOINT, QUESTIONS_STACK } from '../stack/names';
import { type Account, checkAccount, stackId } from './account';
import { cleanUpCommands } from './clean-up';
import { destroyStack, type Left } from './destroy';
import { inTurns } from './in-turns';
import { within } from './within';

const OUT = join(PROJECT, 'out', 'aws');
const APP = 'npx tsx test/aws/stack/main.ts';
/** More would run into the ten concurrent executions of a new account, and into Lambda's 15 control calls a second. */
const ASKED_AT_ONCE = 3;
/** Asked alone and last: they get in each other's way and in that of all others. */
const ALONE = ['C6'];

/** One run of the test, from the first look at the account to the last line about what is left in it. */
export class AwsTest {
  readonly place: 'aws' | 'emulator';
  findings: RolloutFindings = {};
  private readonly clients: Clients = clientsFromEnvironment();
  private account: Account | undefined;

  constructor(private readonly endpointUrl = process.env.AWS_ENDPOINT_URL) {
    this.place = endpointUrl === undefined ? 'aws' : 'emulator';
    mkdirSync(OUT, { recursive: true });
  }

  /**
   * Looks, says, and creates nothing (an emulator is bootstrapped). @throws {NotBootstrapped} @throws {LeftFromBefore}
   */
  async begin(say: (line: string) => void): Promise<void> {
    const toolkit = await stackId(this.clients, 'CDKToolkit');
    if (this.place === 'emulator' && toolkit === undefined) await this.cdk(APP_STACK).bootstrap();
    this.account = await checkAccount(this.clients);
    const commands = cleanUpCommands(this.account.region);
    writeFileSync(join(OUT, 'clean-up.sh'), `${commands}\n`);
    say(
      `${this.where()}. Should this process die, these commands (out/aws/clean-up.sh) delete what it ` +
        `made:\n${commands}`,
    );
  }

  async deploy(): Promise<DeployedEndpoint> {
    await this.cdk(APP_STACK).deploy();
    this.app = await DeployedApp.find(APP_STACK, this.clients);
    return this.app.endpoint(ENDPOINT);
  }

  app: DeployedApp | undefined;

  /** Asks every question, each within its time, and writes the answers as they come. */
  async askAll(): Promise<readonly Asked[]> {
    const outputs = await this.cdk(QUESTIONS_STACK).deploy();
    const changed = this.cdk(QUESTIONS_STACK, { changed: 'yes' });
    const { place, clients, findings: rollouts } = this;
    const asked = new Map<Question, Asked>();
    const one = async (question: Question): Promise<void> => {
      const limited = (bench: Bench) =>
        within(Math.max(1, question.minutes) * 60_000, `question ${question.id}`, question.ask(bench));
      const bench = sdkBench(question, { place, clients, outputs, changed, rollouts });
      const { answer, ...rest } = await ask({ ...question, ask: limited }, bench);
      asked.set(question, { ...rest, question, answer });
      this.write(questions.flatMap((each) => asked.get(each) ?? []));
    };
    await inTurns(
      questions.filter(({ id }) => !ALONE.includes(id)),
      ASKED_AT_ONCE,
      one,
    );
    for (const question of questions.filter(({ id }) => ALONE.includes(id))) await one(question);
    return questions.flatMap((each) => asked.get(each) ?? []);
  }

  private write(asked: readonly Asked[]): void {
    writeAnswers(OUT, { where: this.where(), place: this.place, at: new Date().toISOString() }, asked);
  }

  /** False: the stacks are not there, or they are another run's. */
  get hasBegun(): boolean {
    return this.account !== undefined;
  }

  /** Destroys both stacks, whichever run made them; answers what is left. Never rejects. */
  async destroy(): Promise<readonly Left[]> {
    const left: Left[] = [];
    for (const name of [QUESTIONS_STACK, APP_STACK])
      left.push(...(await destroyStack(this.clients, this.cdk(name), name)));
    return left;
  }

  private where(): string {
    const { id = '?', region = '?' } = this.account ?? {};
    return `${this.endpointUrl ?? 'AWS'}, account ${id}, region ${region}`;
  }

  private cdk(stack: string, context: Readonly<Record<string, string>> = {}): Cdk {
    const { endpointUrl } = this;
    return new Cdk({
      ...(endpointUrl !== undefined && { endpointUrl }),
      app: APP,
      stack,
      context,
      out: join(OUT, stack),
    });
  }
}

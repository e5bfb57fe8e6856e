// The real service with a model that the test plays behind it and a network that fails in front of it, and sessions of
// the SDK that ask there.
import { expect } from "vitest";
import {
  createSession,
  joinSession,
  type Answer,
  type AskOptions,
  type CreateOptions,
  type Session,
} from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { eventually } from "./processes.ts";
import { SCRIPTED, ScriptedModel, type ModelCall } from "./scripted-model.ts";
import { startProxy, type TcpProxy } from "./tcp-proxy.ts";

export class ScriptedService {
  readonly model: ScriptedModel;
  readonly service: Service;
  readonly proxy: TcpProxy;
  readonly #open: Session[] = [];

  private constructor(model: ScriptedModel, service: Service, proxy: TcpProxy) {
    this.model = model;
    this.service = service;
    this.proxy = proxy;
  }

  static async start(): Promise<ScriptedService> {
    const model = await ScriptedModel.start();
    const service = await startService({ bindings: model.bindings });
    return new ScriptedService(model, service, await startProxy(service.url));
  }

  get origin(): string {
    return this.service.url.origin;
  }

  /** A session whose assistant is the model of the test, unless `options` say another. */
  async create(options: Partial<CreateOptions> = {}): Promise<Session> {
    return this.closing(
      await createSession({ service: this.origin, assistant: { model: SCRIPTED }, ...options }),
    );
  }

  async join(...args: Parameters<typeof joinSession>): Promise<Session> {
    return this.closing(await joinSession(...args));
  }

  /** Has a session closed with the others. */
  closing(session: Session): Session {
    this.#open.push(session);
    return session;
  }

  /** Asks and lets the model answer. */
  async exchange(session: Session, prompt: string, reply: string, options: AskOptions = {}): Promise<Answer> {
    const answer = session.ask(prompt, options);
    (await this.model.next()).end(reply);
    expect(await answer.result).toMatchObject({ complete: true, error: null, text: reply });
    return answer;
  }

  /** Has the model say the beginning of an answer, and waits until it is here. */
  async begin(answer: Answer, text: string): Promise<ModelCall> {
    const call = await this.model.next();
    call.say(text);
    await eventually(() => answer.text === text);
    return call;
  }

  /** Ends what a test began, and nothing that the next one needs. */
  closeSessions(): void {
    this.proxy.refuse(false);
    for (const session of this.#open.splice(0)) session.close();
  }

  async stop(): Promise<void> {
    this.closeSessions();
    await this.proxy.stop();
    await this.service.stop();
    await this.model.stop();
  }
}

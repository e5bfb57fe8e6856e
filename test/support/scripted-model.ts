// A language model behind the real service that says what a test lets it say, and when. Answers that are slow, stop in
// the middle or never begin need it: the mirror answers at once.
import type { Socket } from "node:net";
import { CARD } from "./card.ts";
import { eventually } from "./processes.ts";
import { delta, events, finish, ScriptedUpstream, STREAM_HEAD } from "./upstream.ts";

/** The model that a test plays. */
export const SCRIPTED = "ollama/scripted";
/** A model whose server is not there. */
export const DOWN = "compatible/down";

/** One question, as the provider got it. */
export class ModelCall {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly #socket: Socket;
  #gone = false;

  constructor(socket: Socket, body: Buffer) {
    this.messages = (JSON.parse(body.toString()) as Pick<ModelCall, "messages">).messages;
    this.#socket = socket;
    socket.on("close", () => {
      this.#gone = true;
    });
    socket.write(STREAM_HEAD);
  }

  get question(): string {
    return this.messages.at(-1)?.content ?? "";
  }

  say(text: string): void {
    this.#socket.write(events(delta(text)));
  }

  /** Says the rest, if any, and that it is the end. */
  end(text = ""): void {
    if (text !== "") this.say(text);
    this.#socket.end(events(finish("stop"), "[DONE]"));
  }

  /** The connection dies in the middle. */
  breakOff(): void {
    this.#socket.destroy();
  }

  /** Resolves once the service gave up the request. */
  async aborted(): Promise<void> {
    await eventually(() => this.#gone);
  }
}

export class ScriptedModel {
  readonly #upstream: ScriptedUpstream;
  readonly #calls: ModelCall[] = [];
  #count = 0;

  private constructor(upstream: ScriptedUpstream) {
    this.#upstream = upstream;
    upstream.script((socket, { body }) => {
      this.#count += 1;
      this.#calls.push(new ModelCall(socket, body));
    });
  }

  static async start(): Promise<ScriptedModel> {
    return new ScriptedModel(await ScriptedUpstream.start());
  }

  /** Variables of a service that offers {@link SCRIPTED} and {@link DOWN}. */
  get bindings(): Readonly<Record<string, string>> {
    const providers = [
      { preset: "ollama", baseUrl: this.#upstream.baseUrl, models: ["scripted"], card: CARD },
      { preset: "compatible", baseUrl: "http://127.0.0.1:1/v1", models: ["down"], card: CARD },
    ];
    return { PROVIDERS: JSON.stringify(providers) };
  }

  /** questions that ever came */
  get count(): number {
    return this.#count;
  }

  /** The next question that nobody took yet. */
  async next(): Promise<ModelCall> {
    return eventually(() => this.#calls.shift());
  }

  async stop(): Promise<void> {
    await this.#upstream.stop();
  }
}

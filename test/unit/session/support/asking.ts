// A chat with an assistant under the test's control, and people who ask it: the client's half of the channel is the
// real one.
import type { JSONWebKeySet } from "jose";
import { publicKeys } from "../../../../src/crypto/identity.ts";
import type { AssistantChoice } from "../../../../src/protocol/assistant.ts";
import type { BurnPolicy } from "../../../../src/protocol/burn-policy.ts";
import {
  checkOffer,
  isAnswerOf,
  newNonce,
  sealAttempt,
  type AskingSide,
  type Question,
  type SealedAttempt,
} from "../../../support/turn-client.ts";
import { Chat, SESSION, EVERYTHING_OFF } from "./chat.ts";
import type { FakeClient } from "./fake-sockets.ts";
import { CHOICE, ScriptedAssistant } from "./scripted-assistant.ts";
import { IDENTITY_KEY } from "./deployment.ts";

let identityKeys: Promise<JSONWebKeySet> | undefined;

/** A session with an assistant. */
export class AskingChat extends Chat {
  readonly model = new ScriptedAssistant();

  static async begin(
    burn: Partial<BurnPolicy> = {},
    choice: Partial<AssistantChoice> = {},
  ): Promise<AskingChat> {
    const chat = new AskingChat();
    chat.assistant = { ...CHOICE, ...choice };
    chat.world.assistant = chat.model;
    await chat.create({ ...EVERYTHING_OFF, ...burn });
    return chat;
  }

  /** The host, on a new connection. */
  async enter(): Promise<Person> {
    return new Person(this, await this.connect());
  }

  /** Somebody else. */
  async guest(): Promise<Person> {
    return new Person(this, await this.connect(await this.invite()));
  }

  /** How many timers are pending. */
  get timers(): number {
    return this.world.platform?.timers.length ?? 0;
  }
}

/** One connection of somebody who asks. */
export class Person {
  readonly chat: AskingChat;
  readonly client: FakeClient;

  constructor(chat: AskingChat, client: FakeClient) {
    this.chat = chat;
    this.client = client;
  }

  /** The same person on another connection. */
  async again(): Promise<Person> {
    return new Person(this.chat, await this.chat.connect(this.chat.tokenOf(this.client)));
  }

  /**
   * Sends a question, loses its connection and takes the question up on another one, all at once: nothing was verified
   * in between.
   */
  async askAndMoveTo(other: Person, turn: SealedAttempt): Promise<void> {
    await this.chat.world.run(({ session, platform }) => {
      for (const frame of turn.frames) session.sockets.binary(platform.socketOf(this.client), frame);
      this.client.lose();
      session.sockets.closed(platform.socketOf(this.client));
      const resume = { type: "turn_resume", turn: turn.turn, attempt: turn.attempt, index: 0 };
      session.sockets.text(platform.socketOf(other.client), JSON.stringify(resume));
    });
  }

  async side(): Promise<AskingSide> {
    const { participant, resumeHash } = this.client.attachment;
    const keys = await (identityKeys ??= publicKeys(IDENTITY_KEY, ""));
    return { session: SESSION, participant, connection: resumeHash, keys };
  }

  /** Asks for an offer and seals a question to it. Nothing is sent yet. */
  async seal(question: Question = {}): Promise<SealedAttempt> {
    const nonce = newNonce();
    const before = this.client.told("offer").length;
    await this.chat.say(this.client, { type: "offer", nonce });
    const told = this.client.told("offer")[before];
    if (told === undefined) throw new Error("no offer");
    const side = await this.side();
    return sealAttempt(side, await checkOffer(side, String(told["offer"]), nonce), question);
  }

  /** Sends frames, each an event of its own. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    for (const frame of frames) await this.chat.binary(this.client, [frame]);
  }

  /** Seals and sends a whole question. */
  async ask(question: Question = {}): Promise<SealedAttempt> {
    const sealed = await this.seal(question);
    await this.send(sealed.frames);
    return sealed;
  }

  say(type: "turn_cancel" | "turn_done", { turn, attempt }: SealedAttempt): Promise<unknown> {
    return this.chat.say(this.client, { type, turn, attempt });
  }

  resume({ turn, attempt }: SealedAttempt, index: number): Promise<unknown> {
    return this.chat.say(this.client, { type: "turn_resume", turn, attempt, index });
  }

  /** Answer records of an attempt that reached this connection. */
  records(sealed: SealedAttempt): Uint8Array<ArrayBuffer>[] {
    return this.client.binary.filter((bytes) => isAnswerOf(sealed, bytes));
  }

  /** Opens what reached this connection and was not opened yet. */
  async read(sealed: SealedAttempt): Promise<SealedAttempt["answer"]> {
    for (const frame of this.records(sealed).slice(sealed.answer.records)) await sealed.answer.push(frame);
    return sealed.answer;
  }

  /** Codes with which attempts were refused. */
  get refusals(): unknown[] {
    return this.client.told("turn_refused").map(({ code }) => code);
  }

  get accepted(): number {
    return this.client.told("turn_accepted").length;
  }
}

/** Lets the model say something, or end, and everything follow from it. */
export async function modelDoes(
  chat: AskingChat,
  act: (call: ScriptedAssistant["call"]) => void,
): Promise<void> {
  act(chat.model.call);
  await chat.world.settle();
}

// The machine behind a session: connects the parts and holds the one state. Whatever the application hears goes
// through one queue, so that messages, presence, states and the end come in the order in which they happened.
import { toBase64Url, zero } from "../crypto/bytes.ts";
import type { AssistantTerms } from "../protocol/assistant.ts";
import type { BurnCause, BurnPolicy } from "../protocol/burn-policy.ts";
import type { Role, ServerControl } from "../protocol/control.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import type { AssistantClient } from "./assistant/assistant.ts";
import type { Connection, Welcome } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { Countdown } from "./countdown.ts";
import type { GhostErrorCode } from "./error.ts";
import { EventHub, type SessionState } from "./events.ts";
import { Inbox } from "./inbox.ts";
import { HARD_CAP_GRACE_MS } from "./limits.ts";
import { Reconnector } from "./reconnector.ts";
import { createAssistant } from "./session-assistant.ts";
import { codeOfEnd, reportBurn, type SessionEnd, type SessionParts } from "./session-parts.ts";

export class SessionCore {
  readonly hub = new EventHub();
  readonly countdown: Countdown;
  readonly conversation: Conversation;
  readonly assistant: AssistantClient;
  readonly reconnector: Reconnector;
  readonly parts: SessionParts;
  readonly ended: Promise<SessionEnd>;
  // What was skipped by a mistake of ours nobody could tell afterwards: the session does not go on without it.
  readonly #inbox = new Inbox(() => {
    this.finish({ state: "refused", reason: "internal", burn: null });
  });
  readonly #offWake: () => void;
  #state: SessionState = "connecting";
  #role: Role = "member";
  #framesPerSecond = 1;
  #assistantTerms: AssistantTerms | null = null;
  #resumeSecret = "";
  #introduced = false;
  #catchingUp = true;
  #finishing = false;
  #end: SessionEnd | null = null;
  #lostFor: GhostErrorCode | null = null;
  #leaving = false;
  #leftForGood = false;
  #resolveEnded: (end: SessionEnd) => void = () => undefined;

  constructor(parts: SessionParts) {
    const { environment } = parts;
    this.parts = parts;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.countdown = new Countdown(() => environment.monotonicMs());
    const giveUp = (): void => {
      this.reconnector.connection?.giveUp();
    };
    const isCostly = (): boolean => this.countdown.countsContent;
    this.conversation = new Conversation(environment, parts.seal, this.hub, giveUp, isCostly);
    this.conversation.roster.setOwnName(parts.name);
    this.assistant = createAssistant(parts, this.conversation, this.countdown);
    this.reconnector = new Reconnector(environment, parts.url, parts.token, {
      welcome: (message, continued) => {
        this.#welcome(message, continued);
      },
      caughtUp: (connection) => {
        this.#caughtUp(connection);
      },
      control: (message, connection) => {
        this.#control(message, connection);
      },
      frame: (frame, connection) => {
        this.#frame(frame, connection);
      },
      record: ({ turn, attempt }, frame, connection) => {
        const id = toBase64Url(turn);
        this.#later(connection, () => this.assistant.record(id, attempt, frame), frame.length);
      },
      slept: (stoodStillMs) => {
        this.countdown.noteSlept(stoodStillMs);
      },
      lost: (reason) => {
        this.#lostFor = reason;
        this.conversation.outbox.detach();
        this.assistant.detach();
        if (!this.#introduced) return;
        this.#later(null, () => {
          this.#enter("reconnecting", reason);
        });
      },
      stopped: (reason) => {
        if (reason === "burned") this.finishBurned(null, null);
        else if (reason === "left") {
          this.#leftForGood = true;
          this.finish({ state: "left", reason: null, burn: null });
        } else this.finish({ state: "refused", reason, burn: null });
      },
      worthTrying: () => (this.countdown.msToHardCap ?? 0) > -HARD_CAP_GRACE_MS,
    });
    this.#offWake = environment.onWake(() => {
      this.reconnector.wake();
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get role(): Role {
    return this.#role;
  }

  /** how it ended; null while it goes on */
  get end(): SessionEnd | null {
    return this.#end;
  }

  /** why the last connection was refused or closed, where the service said so */
  get lostFor(): GhostErrorCode | null {
    return this.#lostFor;
  }

  /** The service confirmed that this participant left. */
  get leftForGood(): boolean {
    return this.#leftForGood;
  }

  /** Asks the service to forget this participant: now, or first thing on the next connection. */
  leave(): void {
    this.#leaving = true;
    this.#tellLeaving();
    if (this.#state !== "live") this.reconnector.wake();
  }

  /** Ends it after everything that came before was told. The first end counts. */
  finish(end: SessionEnd): void {
    this.reconnector.stop();
    this.#inbox.pushLast(() => {
      this.#finish(end);
    });
  }

  /** The session burned: checks the statement, if there is one, and ends. */
  finishBurned(cause: BurnCause | null, statement: string | null): void {
    this.reconnector.stop();
    this.#inbox.pushLast(async () => {
      if (this.#finishing) return;
      const burn = await reportBurn(this.parts, cause, statement);
      this.#finish({ state: "burned", reason: null, burn });
    });
  }

  #welcome(message: Welcome, continued: boolean): void {
    const { roster } = this.conversation;
    roster.setSelf(message.participant);
    this.#role = message.role;
    this.#catchingUp = true;
    this.countdown.set(message.burn, message.deadlines);
    const changed = this.countdown.takePolicyChange();
    this.conversation.setFrameBytes(message.limits.frameBytes);
    this.#framesPerSecond = message.limits.framesPerSecond;
    this.#assistantTerms = message.assistant;
    this.#resumeSecret = message.resume;
    this.#later(null, () => {
      const { joined, left } = roster.replace(message.participants);
      const resumed = message.resumed ?? { recovered: false, missed: "unknown" as const };
      if (this.#state !== "connecting") this.hub.emit("resumed", { ...resumed, recovered: continued });
      if (joined.length + left.length > 0) this.hub.emit("presence", { people: roster.people, joined, left });
      if (changed) this.#tellDeadlines(message.burn);
      if (!continued) this.conversation.announcer.noteNotRecovered();
    });
    if (this.#leaving) this.#tellLeaving();
  }

  #tellLeaving(): void {
    this.reconnector.connection?.send(JSON.stringify({ type: "leave" }));
  }

  #caughtUp(connection: Connection): void {
    this.#catchingUp = false;
    if (!this.#introduced) this.conversation.announcer.introduce();
    this.#introduced = true;
    const send = (data: string | Uint8Array<ArrayBuffer>): void => {
      connection.send(data);
    };
    this.conversation.outbox.attach(send, this.#framesPerSecond);
    this.assistant.attach({ secret: this.#resumeSecret, send }, this.#assistantTerms);
    this.#later(null, () => {
      this.#enter("live");
    });
  }

  #frame(frame: ServerFrame, connection: Connection): void {
    // A welcome counts what is replayed after it already.
    if (!this.#catchingUp) this.countdown.noteContent();
    if (frame.kind === "receipt") this.conversation.outbox.confirm(frame.ref);
    else if (!this.conversation.takeReflected(frame.sealed)) {
      const confirmed = this.conversation.outbox.lastConfirmed;
      this.#later(connection, () => this.conversation.hear(frame, confirmed), frame.sealed.length);
    }
  }

  #control(message: Exclude<ServerControl, Welcome>, connection: Connection): void {
    const { roster, outbox, announcer } = this.conversation;
    switch (message.type) {
      case "mark":
        // Behind whatever came before it, so that the service sees how fast this client really reads.
        this.#later(connection, () => {
          connection.send(JSON.stringify({ type: "ack", mark: message.mark }));
        });
        return;
      case "epoch":
        this.countdown.replace(message.deadlines);
        outbox.expectReceiptsSoon();
        this.#later(connection, () => {
          announcer.noteEpoch();
          this.assistant.memoryLost();
        });
        return;
      case "offer":
      case "turn_accepted":
      case "turn_refused":
        this.assistant.noteArrival(message);
        // Behind the records that came before it.
        this.#later(connection, () => {
          this.assistant.hear(message);
        });
        return;
      case "presence":
        this.#later(connection, () => {
          const { joined, left } = roster.change(message.joined, message.left);
          if (joined.length + left.length > 0)
            this.hub.emit("presence", { people: roster.people, joined, left });
        });
        return;
      case "typing":
        this.#later(connection, () => {
          const person = roster.person(message.participant);
          if (person !== null) this.hub.emit("typing", { participant: person.id, name: person.name });
        });
        return;
      case "deadlines":
        this.countdown.set(message.burn, message.deadlines);
        if (!this.countdown.takePolicyChange()) return;
        this.#later(connection, () => {
          this.#tellDeadlines(message.burn);
        });
        return;
      case "error":
        if (message.code === "rate_limited" && message.ref !== undefined) {
          outbox.refused(message.ref, message.retryAfterMs ?? 0);
        } else this.assistant.refused(message.code, message.retryAfterMs ?? null);
        return;
      case "burned":
        this.finishBurned(message.cause, message.statement);
    }
  }

  /** The policy changed, perhaps while this client was away. */
  #tellDeadlines(burn: BurnPolicy): void {
    this.hub.emit("deadlines", { burn, msLeft: this.countdown.msLeft ?? 0 });
  }

  /** Tells the application in its turn. A service that sends faster than anybody opens loses its connection. */
  #later(connection: Connection | null, run: () => void | Promise<void>, bytes = 0): void {
    if (connection === null) this.#inbox.pushLast(run, bytes);
    else if (!this.#inbox.push(bytes, run)) connection.violate();
  }

  #enter(state: SessionState, reason: GhostErrorCode | null = null): void {
    if (this.#finishing && state !== this.#end?.state) return;
    if (this.#state === state) return;
    this.#state = state;
    this.hub.emit("state", { state, reason });
  }

  #finish(end: SessionEnd): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.#end = end;
    try {
      zero(this.parts.roomKey);
      this.assistant.close(codeOfEnd(end));
      this.conversation.close(codeOfEnd(end));
      this.#offWake();
    } finally {
      if (end.burn !== null) this.hub.emit("burned", end.burn);
      this.#enter(end.state, end.reason);
      this.hub.end();
      this.#resolveEnded(end);
    }
  }
}

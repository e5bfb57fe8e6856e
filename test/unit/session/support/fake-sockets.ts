// WebSockets as the platform keeps them: both ends, surviving a memory loss of the session but not a crash.
// What a client sees leaves through the output gate; what the session holds is a port object per instance.
import { parseServerMessage, type ServerFrame } from "../../../../src/protocol/frames.ts";
import type { Attachment } from "../../../../src/session/ports.ts";

export type Wire = string | Uint8Array<ArrayBuffer>;

/** What a client was told by a control message. */
export type Told = Readonly<Record<string, unknown>> & { readonly type: string };

export class FakeClient {
  readonly attachment: Attachment;
  /** everything that reached this client, copied when it left */
  readonly received: Wire[] = [];
  /** the very buffers that the session handed over */
  readonly handedOver: Uint8Array[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  /** As the service sees it. `closing`: the service closed it and the client has not answered. */
  state: "open" | "closing" | "closed" = "open";
  /** ms since the epoch from which on this peer is silent; null while it answers */
  silentSince: number | null = null;
  /** The runtime refuses to take more for it, as for a socket whose end has not been noticed. */
  refusesOutput = false;
  /** The session was told that this socket is gone, or nobody is left who could be. */
  endNoticed = false;
  /** It was cut off by a crash, not by an eviction. */
  lostEarlier = false;

  constructor(attachment: Attachment) {
    this.attachment = attachment;
  }

  get participant(): string {
    return this.attachment.participant;
  }

  /** Control messages received, optionally of one type. */
  told(type?: string): Told[] {
    const texts = this.received.filter((message) => typeof message === "string");
    const messages = texts.map((text) => JSON.parse(text) as Told);
    return type === undefined ? messages : messages.filter((message) => message.type === type);
  }

  /** Binary messages received. */
  get binary(): Uint8Array<ArrayBuffer>[] {
    return this.received.filter((message) => typeof message !== "string");
  }

  /** Content and receipts received, in their order. Nothing else may have come in binary. */
  get frames(): ServerFrame[] {
    return this.binary.flatMap((message) => {
      const parsed = parseServerMessage(message);
      if (!parsed.ok) throw new Error("not a frame of the service");
      return parsed.value;
    });
  }

  /** The process at the other end is gone without a Close. */
  lose(): void {
    this.state = "closed";
    this.endNoticed = true;
    this.closed ??= { code: 1006, reason: "" };
  }
}

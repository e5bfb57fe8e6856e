// One scene that several checks judge: a session is left alone until it hibernates, is pinged, and is then
// woken by a frame. Only what was heard is written down here; what it means is for the checks to say.
import type { VerifiedOffer } from "../../crypto/channel/offer.ts";
import { formatResume } from "../../protocol/control.ts";
import { createWithMirror, outcomeOf, seal, send, takeOffer } from "./asking.ts";
import { HIBERNATION_MS } from "./bounds.ts";
import type { Context, Seat } from "./context.ts";
import type { Control, Heard } from "./peer.ts";
import { premise } from "./verdict.ts";

export interface MemoryLoss {
  readonly hardCapAt: number;
  readonly before: Control<"welcome">;
  /** what the guest heard after its ping in the silence, and before anybody else did anything */
  readonly afterPing: readonly Heard[];
  /** what the guest heard from there on, until the frame that woke the session */
  readonly woken: readonly Heard[];
  /** the same for the one who sent that frame, until its receipt */
  readonly wokenSender: readonly Heard[];
  /** the greeting of a resume from before the silence */
  readonly resumed: Control<"welcome">;
  /** what became of a request to an offer from before, and of one to a new offer */
  readonly asked: readonly [old: string, fresh: string];
}

const CONTENT = new Uint8Array([7, 7, 7]);

/** Plays the scene. It takes {@link HIBERNATION_MS} and a little. */
export async function loseMemory(context: Context): Promise<MemoryLoss> {
  const created = await createWithMirror(context);
  const host = await context.host(created);
  const guest = await context.guest(created);
  await context.fence(host, guest);
  const offer = await takeOffer(context, created, host);
  await context.wait(HIBERNATION_MS);

  const pinged = guest.peer.log.length;
  guest.peer.say("ping");
  await premise(
    "a ping",
    guest.peer.next((each) => (each.kind === "pong" ? true : undefined), "pong"),
  );
  await context.wait(300);
  const afterPing = guest.peer.log.slice(pinged);

  const woken = await listen(context, host, guest);
  const resume = formatResume({ epoch: guest.welcome.epoch, seq: 1, secret: guest.welcome.resume });
  const back = await context.join(created.id, guest.welcome.token, { resume });
  return {
    hardCapAt: created.deadlines.hardCapAt,
    before: guest.welcome,
    afterPing,
    ...woken,
    resumed: back.welcome,
    asked: [await askWith(host, offer), await askWith(host, await takeOffer(context, created, host))],
  };
}

async function askWith(seat: Seat, offer: VerifiedOffer): Promise<string> {
  const sealed = await seal(offer, seat);
  send(seat, sealed.frames);
  return premise("a question", outcomeOf(seat, sealed));
}

async function listen(
  context: Context,
  host: Seat,
  guest: Seat,
): Promise<Pick<MemoryLoss, "woken" | "wokenSender">> {
  const [guestFrom, hostFrom] = [guest.peer.log.length, host.peer.log.length];
  host.peer.relay(1, CONTENT);
  await premise("the frame that wakes the session", guest.peer.heardContent(CONTENT));
  // The receipt left together with it; a short wait stands for a promise that it never made to us.
  await context.wait(300);
  return { woken: guest.peer.log.slice(guestFrom), wokenSender: host.peer.log.slice(hostFrom) };
}

// What a memory loss looks like from outside. All judge one scene, which takes longer than all other checks.
import { DeadlinesSchema } from "../../../protocol/burn-policy.ts";
import { hasForm } from "../context.ts";
import type { Heard } from "../peer.ts";
import { expectSame, expectThat, type Check } from "../verdict.ts";

const QUIET = "woken by a frame after 13 silent seconds";

function isEpoch(heard: Heard | undefined): boolean {
  return heard?.kind === "control" && heard.control.type === "epoch";
}

export const MEMORY_CHECKS: readonly Check[] = [
  {
    rules: ["HIB1"],
    judgesMemoryLoss: true,
    tries: `${QUIET} has a new epoch, its connections are open, and the frame arrives`,
    run: async (context) => {
      const { before, resumed, woken } = await context.shared.memoryLoss();
      expectThat(resumed.epoch !== before.epoch, "the session did not hibernate: its epoch is the same");
      expectThat(
        woken.some(({ kind }) => kind === "frame"),
        "the frame that woke it did not arrive",
      );
      expectThat(!woken.some(({ kind }) => kind === "end"), "a connection did not survive");
    },
  },
  {
    rules: ["RULE3"],
    judgesMemoryLoss: true,
    tries: `in ${QUIET} everybody is told of the new epoch, and no resume claims to have recovered`,
    run: async (context) => {
      const { before, resumed, woken, wokenSender } = await context.shared.memoryLoss();
      const forgot = resumed.epoch !== before.epoch;
      expectSame(
        [woken.some(isEpoch), wokenSender.some(isEpoch)],
        [forgot, forgot],
        "who was told of the new epoch",
      );
      expectSame(resumed.resumed?.recovered, !forgot, "whether a resume from before recovers");
    },
  },
  {
    rules: ["SEQ6"],
    judgesMemoryLoss: true,
    tries: `in ${QUIET} epoch comes before anything else, with the deadlines, and numbers start at 1`,
    run: async (context) => {
      const { hardCapAt, woken, wokenSender, resumed } = await context.shared.memoryLoss();
      for (const log of [woken, wokenSender]) {
        const [first] = log;
        expectThat(isEpoch(first), "something else came before epoch");
        const control =
          first?.kind === "control" && first.control.type === "epoch" ? first.control : undefined;
        expectSame(control?.epoch, resumed.epoch, "the epoch that was told");
        expectThat(hasForm(DeadlinesSchema, control?.deadlines), "epoch does not carry the deadlines");
        expectSame(control?.deadlines.hardCapAt, hardCapAt, "the hard cap that it tells");
      }
      const frame = woken.find(({ kind }) => kind === "frame");
      expectSame(frame?.kind === "frame" ? frame.frame.seq : null, 1, "number of the first frame");
    },
  },
  {
    rules: ["TURN11"],
    judgesMemoryLoss: true,
    tries: `${QUIET} it says that it knows no offer from before, and a new one is good`,
    run: async (context) => {
      const { asked, before, resumed } = await context.shared.memoryLoss();
      // Where nothing was lost, which HIB1 judges, the old offer is as good as the new one.
      const old = resumed.epoch === before.epoch ? "accepted" : "offer_unknown";
      expectSame(asked, [old, "accepted"], "requests to an old and to a new offer");
    },
  },
];

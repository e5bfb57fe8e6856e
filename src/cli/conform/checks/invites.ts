// Invites, participants and what members may not do.
import { randomId } from "../../../crypto/bytes.ts";
import type { Created } from "../../../protocol/api.ts";
import { JOIN_SUBPROTOCOL, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../../../protocol/control.ts";
import { JOIN_SECRET_BYTES } from "../../../protocol/ids.ts";
import { codeOf, type Context, type Invite } from "../context.ts";
import { expectSame, expectThat, premise, type Check } from "../verdict.ts";

/** "welcome", or the code of the refusal. */
async function attempt(context: Context, created: Created, token: string): Promise<string> {
  return (await context.connect(created.id, token)).admitted();
}

function revoke(context: Context, created: Created, invite: Invite): Promise<{ status: number }> {
  const path = `${created.links.invites}/${invite.id}`;
  return context.call("DELETE", path, { token: created.hostToken });
}

function remove(context: Context, created: Created, participant: string): Promise<{ status: number }> {
  const path = `${created.links.self}/participants/${participant}`;
  return context.call("DELETE", path, { token: created.hostToken });
}

export const INVITE_CHECKS: readonly Check[] = [
  {
    rules: ["INV1"],
    tries: "of six who join at once by an invite for two, two are let in, as new members",
    run: async (context) => {
      const created = await context.create();
      const invite = await context.invite(created, { uses: 2 });
      const peers = await Promise.all(
        Array.from({ length: 6 }, () => context.connect(created.id, invite.token)),
      );
      const seen = await Promise.all(peers.map((peer) => peer.admitted()));
      expectSame(seen.filter((each) => each === "welcome").length, 2, "joins that were let in");
      const welcomes = peers.flatMap((peer) =>
        peer.log.flatMap((each) =>
          each.kind === "control" && each.control.type === "welcome" ? [each.control] : [],
        ),
      );
      expectSame(
        welcomes.map(({ role }) => role),
        ["member", "member"],
        "their roles",
      );
      expectThat(
        new Set(welcomes.map(({ participant }) => participant)).size === 2,
        "both are one participant",
      );
    },
  },
  {
    rules: ["INV2"],
    tries: "a spent, a revoked and an expired invite admit nobody and say which of the three they are",
    run: async (context) => {
      const created = await context.create();
      const [spent, revoked, expired] = [
        await context.invite(created),
        await context.invite(created, { uses: 2 }),
        await context.invite(created, { expiresIn: 1 }),
      ];
      await context.join(created.id, spent.token);
      await premise("revoking", revoke(context, created, revoked));
      expectSame(await attempt(context, created, spent.token), "invite_spent", "a spent invite");
      expectSame(await attempt(context, created, revoked.token), "invite_revoked", "a revoked invite");
      await context.wait(1_200);
      expectSame(await attempt(context, created, expired.token), "token_expired", "an expired invite");
    },
  },
  {
    rules: ["INV4"],
    tries: "a removal closes the connection, refuses the token and revokes the invite; others stay",
    run: async (context) => {
      const created = await context.create();
      const invite = await context.invite(created, { uses: 5 });
      const out = await context.join(created.id, invite.token);
      const stays = await context.join(created.id, invite.token);
      expectSame((await remove(context, created, out.welcome.participant)).status, 200, "the removal");
      const { reason } = await out.peer.closed();
      expectSame(reason, "removed", "reason of its close");
      expectSame(await context.refusal(created, out.welcome.token), "removed", "its token on HTTP");
      expectSame(await attempt(context, created, out.welcome.token), "removed", "its token on the socket");
      expectSame(
        await attempt(context, created, invite.token),
        "invite_revoked",
        "the invite that admitted it",
      );
      expectSame(await context.refusal(created, stays.welcome.token), null, "the other who came by it");
    },
  },
  {
    rules: ["INV5"],
    tries: "whoever leaves is forgotten: the token is refused and the place is free",
    run: async (context) => {
      const created = await context.create({}, { limits: { participants: 2 } });
      const invite = await context.invite(created, { uses: 3 });
      const first = await context.join(created.id, invite.token);
      first.peer.say({ type: "leave" });
      await premise("leaving", first.peer.closed());
      expectSame(
        await attempt(context, created, first.welcome.token),
        "removed",
        "the token of one who left",
      );
      expectSame(
        await attempt(context, created, invite.token),
        "welcome",
        "somebody new in the place of one who left",
      );
    },
  },
  {
    rules: ["INV6"],
    tries: "revoking all invites ends every earlier one and none that is minted later",
    run: async (context) => {
      const created = await context.create();
      const earlier = [await context.invite(created), await context.invite(created, { uses: 3 })];
      const answer = await context.call("DELETE", created.links.invites, { token: created.hostToken });
      expectSame(answer.status, 204, "revoking all invites");
      for (const { token } of earlier) {
        expectSame(await attempt(context, created, token), "invite_revoked", "an earlier invite");
      }
      const { token } = await context.invite(created);
      expectSame(await attempt(context, created, token), "welcome", "a later invite");
    },
  },
  {
    rules: ["INV7"],
    tries: "members and unused invites may not mint, revoke or remove; a host who came by invite may",
    run: async (context) => {
      const created = await context.create();
      const unused = await context.invite(created, { uses: 2 });
      const { welcome } = await context.join(created.id, unused.token);
      const path = created.links.self;
      const calls = [
        ["POST", "/invites", {}],
        ["DELETE", "/invites", undefined],
        ["DELETE", `/invites/${unused.id}`, undefined],
        ["DELETE", `/participants/${created.participant}`, undefined],
      ] as const;
      for (const [who, token] of [
        ["a member", welcome.token],
        ["an unused invite", unused.token],
      ] as const) {
        for (const [method, rest, body] of calls) {
          const answer = await context.call(method, `${path}${rest}`, { token, body });
          expectSame(
            [answer.status, codeOf(answer)],
            [403, "forbidden"],
            `${method} ${rest.split("/")[1] ?? ""} by ${who}`,
          );
        }
      }
      const second = await context.guest(created, { role: "host" });
      const minted = await context.call("POST", `${path}/invites`, { token: second.welcome.token, body: {} });
      expectSame(minted.status, 201, "minting by a host who came by invite");
    },
  },
  {
    rules: ["INV8"],
    tries:
      "a join that is repeated with its own secret is the same participant; with another the invite is spent",
    run: async (context) => {
      const created = await context.create();
      const invite = await context.invite(created);
      const join = (secret: string) =>
        context.open(created.links.socket, [
          SUBPROTOCOL,
          `${TOKEN_SUBPROTOCOL}${invite.token}`,
          `${JOIN_SUBPROTOCOL}${secret}`,
        ]);
      const secret = randomId(JOIN_SECRET_BYTES);
      const lost = await join(secret);
      const { participant } = await premise("joining", lost.control("welcome"));
      lost.drop();
      const again = await join(secret);
      expectSame(await again.admitted(), "welcome", "the same join again");
      const [welcome] = again.log.flatMap((each) =>
        each.kind === "control" && each.control.type === "welcome" ? [each.control] : [],
      );
      expectSame(welcome?.participant, participant, "who that is");
      const other = await join(randomId(JOIN_SECRET_BYTES));
      expectSame(await other.admitted(), "invite_spent", "a join with another secret");
    },
  },
];

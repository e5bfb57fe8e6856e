import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_CHARS, isBase64Url } from "../../../src/protocol/ids.ts";
import { MAX_INVITES } from "../../../src/protocol/limits.ts";
import { admitMember, addInvite, findInvite, removeMember } from "../../../src/session/membership.ts";
import { capabilityOf, Chat, refusalOf, valueOf } from "./support/chat.ts";
import { recordOf } from "./support/records.ts";

describe("invites", () => {
  it("[INV1] admits as many as it has uses, with its role", async () => {
    const chat = await Chat.create();
    const invite = await chat.invite(2, "host");
    const clients = [await chat.connect(invite), await chat.connect(invite)];
    expect(clients.map(({ attachment }) => attachment.role)).toEqual(["host", "host"]);
    expect(clients[0]?.participant).not.toBe(clients[1]?.participant);
    expect(refusalOf(await chat.connecting(invite))).toBe("invite_spent");
  });

  it("[INV1] concurrent joins never exceed its uses", async () => {
    const chat = await Chat.create();
    const invite = await chat.invite(3);
    const answer = await chat.world.run(async ({ session, platform }) =>
      Promise.all(
        Array.from({ length: 8 }, () =>
          session.sockets.connect(invite, null, (attachment) => platform.accept(attachment)),
        ),
      ),
    );
    expect(answer.value?.filter(({ ok }) => ok)).toHaveLength(3);
    expect(chat.world.clients).toHaveLength(3);
    expect(chat.stored.invites[0]?.usesLeft).toBe(0);
  });

  it("[INV8] a join that is asked for again with its secret takes one use and is the same participant", async () => {
    const chat = await Chat.create();
    const [invite, other] = [await chat.invite(1), await chat.invite(2)];
    const joinAs = async (token: typeof invite, secret: string): Promise<string> => {
      const answer = await chat.world.run(({ session, platform }) =>
        session.sockets.connect(token, null, (attachment) => platform.accept(attachment), secret),
      );
      if (answer.value?.ok !== true) return answer.value?.code ?? "lost";
      return chat.world.clients.at(-1)?.participant ?? "";
    };
    const [mine, another] = ["A".repeat(22), "B".repeat(22)];
    const id = await joinAs(invite, mine);
    expect(isBase64Url(id, ID_CHARS)).toBe(true);
    expect(await joinAs(invite, mine)).toBe(id);
    expect(await joinAs(invite, another)).toBe("invite_spent");
    // One secret with two invites is two participants, and two at once with one secret are one.
    const both = await Promise.all([joinAs(other, mine), joinAs(other, mine)]);
    expect(new Set([id, ...both]).size).toBe(2);
    expect(chat.stored.invites.find((each) => each.id === other.subject)?.usesLeft).toBe(1);
    valueOf(await chat.revoke(other.subject));
    expect(await joinAs(other, mine)).toBe(both[0]);
    valueOf(await chat.remove(both[0]));
    expect(await joinAs(other, mine)).toBe("invite_revoked");
    expect(JSON.stringify(chat.stored)).not.toContain(mine);
  });

  it("[INV2] says whether it was revoked, spent or expired", async () => {
    const chat = await Chat.create();
    const [revoked, spent, expired] = [
      await chat.invite(),
      await chat.invite(),
      await chat.invite(1, "member", 10),
    ];
    valueOf(await chat.revoke(revoked.subject));
    await chat.connect(spent);
    await chat.world.advance(10_000);
    for (const look of [
      (token: typeof spent) => chat.describe(token),
      (token: typeof spent) => chat.connecting(token),
    ]) {
      expect(refusalOf(await look(revoked))).toBe("invite_revoked");
      expect(refusalOf(await look(spent))).toBe("invite_spent");
      expect(refusalOf(await look(expired))).toBe("token_expired");
    }
    expect(refusalOf(await chat.revoke(revoked.subject))).toBe("invite_unknown");
  });

  it("[INV2] never lives longer than the session", async () => {
    const chat = await Chat.create({ ttl: 60 });
    const minted = valueOf(await chat.mint(1, "member", 1_000_000));
    expect(minted.expiresAt).toBe(chat.stored.hardCapAt);
  });

  it.each(["lost", "kept"] as const)(
    "[INV3] mint and use are durable before the answer: a crash right after it loses neither (%s)",
    async (fate) => {
      const chat = await Chat.create();
      const invite = await chat.invite(2);
      chat.world.crash(fate);
      await chat.connect(invite);
      chat.world.crash(fate);
      expect(chat.stored.invites[0]?.usesLeft).toBe(1);
      await chat.connect(invite);
      chat.world.crash(fate);
      expect(refusalOf(await chat.connecting(invite))).toBe("invite_spent");
    },
  );

  it("[INV3] wherever a join is cut off, either nobody was welcomed or the use is taken", async () => {
    const { trace } = await (await chatWithInvite())[0].describe();
    expect(trace).toEqual([]);
    for (let crashAt = 1; crashAt <= 12; crashAt++) {
      for (const fate of ["lost", "kept"] as const) {
        const [chat, invite] = await chatWithInvite();
        await chat.connecting(invite, null, { crashAt, fate });
        const welcomed = chat.world.clients.filter((client) => client.told("welcome").length > 0).length;
        expect((chat.stored.invites[0]?.usesLeft ?? 0) + welcomed).toBeLessThanOrEqual(1);
      }
    }
  });

  it("[INV6] revoking all raises the generation: earlier invites stop working, later ones do not", async () => {
    const chat = await Chat.create();
    const early = await chat.invite(5);
    valueOf(await chat.world.run(({ session }) => session.revokeAllInvites(chat.hostCapability)));
    const late = await chat.invite();
    expect(refusalOf(await chat.connecting(early))).toBe("invite_revoked");
    // Even if a listed invite had the same id, its generation would tell them apart.
    expect(refusalOf(await chat.connecting({ ...late, generation: 0 }))).toBe("invite_revoked");
    expect(refusalOf(await chat.connecting(late))).toBeNull();
  });

  it("[FLOW6] so many may be open at once; expired ones make place", async () => {
    const chat = await Chat.create();
    for (let i = 0; i < MAX_INVITES; i++) await chat.invite(1, "member", 60);
    expect(refusalOf(await chat.mint())).toBe("invites_full");
    await chat.world.advance(60_000);
    expect(refusalOf(await chat.mint())).toBeNull();
    expect(chat.stored.invites).toHaveLength(1);
  });
});

describe("participants", () => {
  it("[INV4] removal closes every connection, refuses the token and revokes the invite, in one step", async () => {
    const chat = await Chat.create();
    const host = await chat.connect();
    const invite = await chat.invite(5);
    const guest = await chat.connect(invite);
    const tab = await chat.connect(chat.tokenOf(guest));
    const other = await chat.connect(invite);
    const answer = await chat.remove(guest.participant);
    expect(valueOf(answer)).toEqual({ revokedInvite: invite.subject });
    expect(answer.trace.filter((name) => name === "write")).toHaveLength(1);
    expect([guest.closed?.code, tab.closed?.code, other.closed]).toEqual([4403, 4403, null]);
    expect(host.told("presence").at(-1)).toMatchObject({ left: [guest.participant] });
    chat.world.crash("lost");
    expect(refusalOf(await chat.connecting(chat.tokenOf(guest)))).toBe("removed");
    expect(refusalOf(await chat.connecting(invite))).toBe("invite_revoked");
    expect(refusalOf(await chat.connecting(chat.tokenOf(other)))).toBeNull();
    expect(refusalOf(await chat.remove(guest.participant))).toBe("participant_unknown");
  });

  it("[INV5] who leaves is forgotten: the token stops working and the place is free", async () => {
    const chat = await Chat.create({}, { participants: 2 });
    const invite = await chat.invite(3);
    const guest = await chat.connect(invite);
    const tab = await chat.connect(chat.tokenOf(guest));
    expect(refusalOf(await chat.connecting(invite))).toBe("session_full");
    await chat.say(guest, { type: "leave" });
    expect([guest.closed, tab.closed]).toEqual([
      { code: 1000, reason: "left" },
      { code: 1000, reason: "left" },
    ]);
    expect(chat.world.disk.text).not.toContain(guest.participant);
    expect(refusalOf(await chat.connecting(chat.tokenOf(guest)))).toBe("removed");
    expect(refusalOf(await chat.connecting(invite))).toBeNull();
  });

  it("[INV7] only hosts mint, revoke, remove and change the policy", async () => {
    const chat = await Chat.create();
    const guest = chat.tokenOf(await chat.connect(await chat.invite()));
    const stranger = capabilityOf("participant", "________________", "host", guest.hardCapAt);
    const open = await chat.invite();
    const terms = { role: "member", uses: 1, expiresIn: null } as const;
    const { text } = chat.world.disk;
    for (const [token, code] of [
      [guest, "forbidden"],
      [{ ...guest, role: "host" }, "forbidden"],
      [stranger, "removed"],
      [open, "forbidden"],
    ] as const) {
      expect(refusalOf(await chat.world.run(({ session }) => session.invite(token, terms)))).toBe(code);
      expect(
        refusalOf(await chat.world.run(({ session }) => session.revokeInvite(token, open.subject))),
      ).toBe(code);
      expect(refusalOf(await chat.world.run(({ session }) => session.revokeAllInvites(token)))).toBe(code);
      expect(
        refusalOf(await chat.world.run(({ session }) => session.removeParticipant(token, guest.subject))),
      ).toBe(code);
      expect(refusalOf(await chat.world.run(({ session }) => session.changeBurn(token, { ttl: 1 })))).toBe(
        code,
      );
    }
    expect(chat.world.disk.text).toBe(text);
  });

  it("[INV1] [INV4] [INV5] over any sequence, rows of the record say exactly who may come in", () => {
    const moves = fc.array(
      fc.record({ what: fc.constantFrom("mint", "join", "remove", "late"), who: fc.nat(5) }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(moves, (list) => {
        let record = BLANK;
        let now = BLANK.createdAt;
        let ids = 0;
        const uses = new Map<string, number>();
        for (const { what, who } of list) {
          const id = String((ids += 1));
          const invite = record.invites[who];
          if (what === "late") now += 400;
          if (what === "mint") {
            const added = addInvite(
              record,
              id,
              { role: "member", uses: who + 1, expiresAt: now + 1_000, by: "AAAAAAAAAAAAAAAA" },
              now,
            );
            if (added.ok) record = added.value.record;
            uses.set(id, who + 1);
          }
          if (what === "join" && invite !== undefined) {
            const capability = capabilityOf("invite", invite.id, "member", 0);
            const open = findInvite(record, capability, now);
            const admitted = admitMember(record, capability, id, now);
            expect(admitted.ok).toBe(open.ok && record.members.length < record.limits.participants);
            if (admitted.ok) uses.set(invite.id, (uses.get(invite.id) ?? 0) - 1);
            if (admitted.ok) record = admitted.value.record;
          }
          if (what === "remove") {
            const member = record.members[who];
            const removed = removeMember(record, member?.id ?? "nobody");
            if (removed.ok) record = removed.value.record;
            if (member?.invite != null)
              expect(record.invites.some(({ id: left }) => left === member.invite)).toBe(false);
          }
          for (const each of record.invites) expect(each.usesLeft).toBe(uses.get(each.id));
          expect(record.members.length).toBeLessThanOrEqual(record.limits.participants);
        }
      }),
    );
  });
});

const BLANK = recordOf({}, { limits: { participants: 5, frameBytes: 1_024, framesPerSecond: 1 } });

async function chatWithInvite(): Promise<[Chat, ReturnType<typeof capabilityOf>]> {
  const chat = await Chat.create();
  return [chat, await chat.invite()];
}

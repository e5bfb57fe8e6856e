// Slash commands about people: who is here, what one is called, and inviting somebody.
import { MAX_INVITE_USES } from "../../protocol/limits.ts";
import type { SlashCommand } from "./slash-command.ts";
import { describePerson } from "./who.ts";

export const whoCommand: SlashCommand = {
  name: "who",
  usage: "",
  summary: "Say who is connected.",
  run: async (_rest, { session, tell }) => {
    await tell(...session.people.map(describePerson));
  },
};

export const nameCommand: SlashCommand = {
  name: "name",
  usage: "NEW",
  summary: "Take another name; none without NEW.",
  run: async (rest, { session, tell }) => {
    session.setName(rest);
    await tell(rest === "" ? "You have no name now." : "The others are told your new name, sealed.");
  },
};

export const inviteCommand: SlashCommand = {
  name: "invite",
  usage: "[member|host] [USES]",
  summary: "Make an invite link (hosts only).",
  run: async (rest, { session, tell, tellInvite }, signal) => {
    const terms = parseTerms(rest);
    if (terms === null) {
      await tell(`Say: /invite [member|host] [USES], with 1 to ${String(MAX_INVITE_USES)} uses.`);
      return;
    }
    await tellInvite(await session.invite(terms, { signal }));
  },
};

/** "host 3", "3", "member", ""; null where it is none of these. */
function parseTerms(rest: string): { role: "member" | "host"; uses: number } | null {
  const words = rest === "" ? [] : rest.split(/\s+/);
  const role = words[0] === "host" || words[0] === "member" ? words[0] : null;
  const [usesText = "1", ...more] = words.slice(role === null ? 0 : 1);
  const uses = /^\d{1,9}$/.test(usesText) ? Number(usesText) : 0;
  if (more.length > 0 || uses < 1 || uses > MAX_INVITE_USES) return null;
  return { role: role ?? "member", uses };
}

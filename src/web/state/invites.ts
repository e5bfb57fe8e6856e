// The invites of this page's own making. The service lists none: what it does not tell, as who came by one, is not shown.
import { GhostError, type InviteTerms, type Session } from "../../client/index.ts";
import type { Changing } from "./state.ts";

export async function mintInvite(session: Session, store: Changing, terms: InviteTerms): Promise<void> {
  const invite = await session.invite(terms);
  store.dispatch({ type: "invites", invites: [...store.get().invites, invite] });
}

/** Revokes it and takes it off the list. */
export async function dropInvite(session: Session, store: Changing, id: string): Promise<void> {
  try {
    await session.revokeInvite(id);
  } catch (error) {
    // The service forgot it already, since it expired or another host was quicker. It admits nobody: that was wanted.
    if (!(error instanceof GhostError) || error.code !== "invite_unknown") throw error;
  }
  store.dispatch({ type: "invites", invites: store.get().invites.filter((invite) => invite.id !== id) });
}

// A second client of the assistant, written from docs/protocol.md and docs/api.md alone, with nothing but Node's own
// parts: it shows that a client can be written from the page. One JSON object on its standard input says what to do; each
// line that it prints is one JSON object. It prints what was asked and answered, so it is for tests and for nothing else.
//
//   {"service": "http://127.0.0.1:8787", "question": "…", "model": "mirror", "then": "cancel" or "regenerate",
//    "patienceMs": 60000, "recordPatienceMs": 60000, "pin": "…"}
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import * as channel from "./foreign-asker-channel.mjs";
import { isFinal, openSocket } from "./foreign-asker-socket.mjs";

const { Refused } = channel;

const MAX_TRIES = 4;
const MAX_RESUMES = 5;
const OFFER_LIFETIME_MS = 60_000;
const FIRST_RECORD_WITHIN_MS = 330_000;

const task = { patienceMs: 60_000, ...JSON.parse(readFileSync(0, "utf8")) };
const RECORD_WITHIN_MS = task.recordPatienceMs ?? task.patienceMs;
const AGREED = { model: task.model ?? "mirror", pii: "required" };
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function call(method, path, { token, body } = {}) {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { "content-type": "application/json" }),
  };
  const response = await fetch(`${task.service}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.code);
  return answer;
}

/** Comes in by an invite, and comes back as the participant that it then is. */
function createSeat(session, invite) {
  const address = `${task.service.replace("http", "ws")}${session.links.socket}`;
  const join = randomBytes(16).toString("base64url");
  const seat = { socket: null, welcome: null, connect };

  async function connect() {
    const { welcome, socket } = seat;
    const entry = welcome
      ? [
          `ghost.token.${welcome.token}`,
          `ghost.resume.${socket.place.epoch}.${socket.place.seq}.${welcome.resume}`,
        ]
      : [`ghost.token.${invite.token}`, `ghost.join.${join}`];
    const opened = openSocket(address, entry);
    const first = await opened.next(task.patienceMs);
    if (first.kind === "welcome") {
      Object.assign(seat, { socket: opened, welcome: first.message });
      return null;
    }
    if (first.kind !== "error") return first;
    const closed = await opened.next(task.patienceMs);
    return { ...closed, why: first.message.code };
  }
  return seat;
}

/** Connects again, soon at first: an attempt waits ten seconds for its asker. */
async function reconnect(seat) {
  seat.socket.close();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    await pause(2 ** tries * (100 + 100 * Math.random()));
    const failed = await seat.connect();
    if (failed === null) return true;
    if (failed.kind === "closed" && isFinal(failed.code)) return false;
  }
  return false;
}

/** Asks for an offer and checks it. Returns the error's code where the service gives none. */
async function takeOffer(seat, session, keys) {
  const nonce = randomBytes(32).toString("base64url");
  seat.socket.send({ type: "offer", nonce });
  for (;;) {
    const item = await seat.socket.next(task.patienceMs);
    if (item.kind === "offer") {
      const terms = seat.welcome.assistant;
      const connection = channel.connectionOf(seat.welcome.resume);
      const expected = { keys, pin: task.pin, session: session.id, connection, nonce, terms };
      return {
        ...channel.checkOffer(item.message.offer, expected),
        goodUntil: Date.now() + OFFER_LIFETIME_MS,
      };
    }
    if (item.kind === "error") return { refused: item.message };
    if (item.kind === "closed" || item.kind === "silent")
      return { refused: { code: item.kind, retryable: true } };
  }
}

function checkTerms(terms) {
  if (terms === null || terms === undefined) throw new Refused("assistant_absent");
  for (const [name, value] of Object.entries(AGREED)) {
    if (terms[name] !== value) throw new Refused(`terms: ${name}`);
  }
  if (terms.card.trains !== false || terms.card.retentionDays > 30) throw new Refused("terms: card");
}

/** Follows one attempt to its end, over as many connections as that takes. */
async function follow(seat, place, answer) {
  const { attempt } = place;
  const name = { turn: place.turn.toString("base64url"), attempt };
  const ours = ({ message }) => message.turn === name.turn && message.attempt === attempt;
  let text = "";
  let accepted = false;
  let cancelled = false;
  let resumes = 0;
  const resume = () => {
    seat.socket.send({ type: "turn_resume", ...name, index: answer.next() });
  };
  const cut = (why) => {
    seat.socket.send({ type: "turn_cancel", ...name });
    return { complete: false, cut: why, text, records: answer.next() };
  };

  for (;;) {
    const item = await seat.socket.next(answer.next() > 0 ? RECORD_WITHIN_MS : FIRST_RECORD_WITHIN_MS);
    if (item.kind === "turn_accepted" && ours(item)) {
      if (!accepted) print({ event: "accepted", attempt });
      accepted = true;
    } else if (item.kind === "turn_refused" && ours(item)) {
      const { code, retryable, retryAfterMs = 0 } = item.message;
      if (!accepted) return { refused: { code, retryable, retryAfterMs } };
      if (code !== "offer_unknown" && code !== "turn_invalid") return cut(code);
    } else if (item.kind === "record" && channel.belongsTo(item.frame, place)) {
      try {
        const { text: shown, summary } = answer.receive(item.frame);
        text += shown;
        if (shown !== "")
          print({ event: "text", attempt, record: answer.next() - 1, bytes: Buffer.byteLength(shown) });
        if (summary !== null) {
          seat.socket.send({ type: "turn_done", ...name });
          return { complete: channel.isWhole(summary), text, records: answer.next(), summary };
        }
        if (shown !== "" && task.then === "cancel" && !cancelled) {
          cancelled = true;
          seat.socket.send({ type: "turn_cancel", ...name });
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return cut(error.message);
      }
    } else if (item.kind === "error" && item.message.code === "rate_limited" && resumes > 0) {
      // Nothing has changed: the same once more, a little later.
      await pause(item.message.retryAfterMs ?? 0);
      resume();
    } else if (item.kind === "epoch") {
      return accepted ? cut("epoch") : { refused: { code: "epoch", retryable: true } };
    } else if (item.kind === "burned") {
      return cut("burned");
    } else if (item.kind === "closed" || item.kind === "silent") {
      resumes += 1;
      if ((item.kind === "closed" && isFinal(item.code)) || resumes > MAX_RESUMES) return cut(item.kind);
      if (!(await reconnect(seat))) return cut("lost");
      print({ event: "resumed", attempt, from: answer.next() });
      resume();
    }
  }
}

/** One answer to one question: a few attempts where that helps, each with an offer of its own. */
async function ask(seat, session, keys, { id, from, messages }) {
  for (let attempt = from; attempt < from + MAX_TRIES; attempt += 1) {
    const offer = await takeOffer(seat, session, keys);
    let end = offer;
    if (offer.refused === undefined && Date.now() < offer.goodUntil) {
      print({ event: "offer", attempt, build: offer.build });
      const { participant } = seat.welcome;
      const place = { session: session.id, turn: id, attempt };
      const { frames, answer } = channel.createAttempt({ offer, place, participant, messages });
      for (const frame of frames) seat.socket.send(frame);
      end = await follow(seat, place, answer);
    }
    if (end.refused === undefined) {
      print({ event: "answer", attempt, ...end });
      return attempt;
    }
    print({ event: "refused", attempt, code: end.refused.code });
    if (!end.refused.retryable) return attempt;
    await pause(end.refused.retryAfterMs ?? 0);
    if (end.refused.code === "closed" && !(await reconnect(seat))) return attempt;
  }
  return from + MAX_TRIES;
}

async function main() {
  const { keys } = await call("GET", "/.well-known/jwks.json");
  print({ event: "keys", thumbprints: keys.map(channel.thumbprint) });
  const body = { burn: { ttl: 600 }, assistant: AGREED };
  const session = await call("POST", "/v1/sessions", { body });
  const invite = await call("POST", session.links.invites, { token: session.hostToken, body: { uses: 1 } });
  const seat = createSeat(session, invite);
  const failed = await seat.connect();
  if (failed !== null) throw new Refused(failed.why ?? failed.kind);
  try {
    await converse(seat, session, keys);
  } finally {
    seat.socket.close();
  }
  const { cause } = await call("DELETE", session.links.self, { token: session.hostToken });
  print({ event: "burned", cause });
}

async function converse(seat, session, keys) {
  print({ event: "welcome", role: seat.welcome.role, terms: seat.welcome.assistant });
  checkTerms(seat.welcome.assistant);
  const question = { id: channel.newTurn(), messages: [{ role: "user", text: task.question }] };
  const last = await ask(seat, session, keys, { ...question, from: 1 });
  if (task.then === "regenerate") await ask(seat, session, keys, { ...question, from: last + 1 });
}

main().catch((error) => {
  print({ event: "failed", why: error instanceof Refused ? error.message : String(error) });
  process.exitCode = 1;
});

// Every bound of the SDK, with its unit and its reason. Those of the service are in protocol/limits.ts.
import { TURN_GRACE_MS, TURN_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from "../protocol/limits.ts";

/** milliseconds; how long `createSession` and `joinSession` try before they give up as unreachable. */
export const JOIN_TIMEOUT_MS = 30_000;
/** milliseconds; from opening a socket to its `welcome`. A slow mobile network needs several seconds. */
export const WELCOME_TIMEOUT_MS = 15_000;
/** milliseconds; from a `welcome` to the last frame that it promised to replay. What came by then is kept. */
export const REPLAY_TIMEOUT_MS = 60_000;
/** milliseconds; one HTTP call. */
export const HTTP_TIMEOUT_MS = 15_000;
/** characters; largest HTTP answer that is read. The longest documented one is a key set of some kilobytes. */
export const MAX_HTTP_CHARS = 65_536;
/** milliseconds; from `ping` to `pong`, after which the connection counts as dead. */
export const PONG_TIMEOUT_MS = 8_000;
/** milliseconds; so far the device's clock runs ahead of the monotonic one, and the device slept. */
export const SLEPT_AFTER_MS = 10_000;
/** milliseconds; first wait before a reconnect. Drawn at random up to it, then doubled. */
export const BACKOFF_START_MS = 500;
/** milliseconds; the longest wait before a reconnect. */
export const BACKOFF_MAX_MS = 30_000;
/** milliseconds; a connection that lived so long was a good one, and the waits start anew. */
export const STABLE_AFTER_MS = 10_000;
/** connections; so many in a row on which the service broke its protocol, and the client gives up. */
export const MAX_VIOLATIONS = 5;
/** milliseconds after the hard cap by the client's clock; from then on a session that cannot be reached counts as
 * burned. */
export const HARD_CAP_GRACE_MS = 60_000;

/** characters; largest text frame taken from the service. A `welcome` with 1,000 participants has 60,000. */
export const MAX_SERVER_TEXT_CHARS = 262_144;
/** bytes; largest binary message taken from the service, see docs/protocol.md section 4. */
export const MAX_SERVER_MESSAGE_BYTES = 131_072;
/** bytes; received and not opened yet. The replay window of 1 MiB fits several times. */
export const MAX_INBOX_BYTES = 4_194_304;
/** items; the same queue in number, so that tiny ones do not make it slow. */
export const MAX_INBOX_ITEMS = 16_384;

/** messages; waiting to be sent or to be confirmed. */
export const MAX_UNSENT_MESSAGES = 256;
/** bytes of UTF-8; the same queue. */
export const MAX_UNSENT_BYTES = 1_048_576;
/** frames; sent without a receipt at any moment, and never more than one second's worth of the rate. */
export const MAX_IN_FLIGHT = 64;
/** milliseconds; a frame without a receipt for so long means that the connection is dead. */
export const RECEIPT_TIMEOUT_MS = 15_000;
/** milliseconds; the same, counted from an `epoch`: what was on its way to a service that restarts is lost, and what
 * woke it is answered at once. */
export const EPOCH_RECEIPT_TIMEOUT_MS = 5_000;
/** bytes; what the platform may hold back to be sent: all frames in flight, twice over. A service that takes nothing and
 * asks for answers loses its connection. */
export const MAX_BUFFERED_BYTES = 8_388_608;
/** milliseconds; the longest pause that the service can ask for, of frames and of offers. */
export const MAX_PAUSE_MS = 60_000;
/** times; one frame is sent on so many connections, then its delivery counts as unknown. */
export const MAX_SEND_ATTEMPTS = 8;

/** events; waiting for one slow iterator. Beyond it the oldest are dropped, and an `overflow` event says so. */
export const MAX_WAITING_EVENTS = 1_024;
/** milliseconds; announcements answer several causes at once, and not all participants at the same moment. */
export const ANNOUNCE_DELAY_MS = 1_500;
/** milliseconds; between two `typing` messages of one draft. */
export const TYPING_EVERY_MS = 3_000;
/** milliseconds; between the first ones of two drafts, in the long run: five a second, half of what the service takes of
 * everything that is no content. */
export const TYPING_DRAFT_MS = 200;
/** messages; so many of them may come at once, for who writes and sends a few words quickly. */
export const TYPING_DRAFTS_AT_ONCE = 5;
/** milliseconds; `leave` waits so long for the service to confirm. */
export const LEAVE_TIMEOUT_MS = 3_000;

/** turns; remembered as context by one client. More would not fit into one request either. */
export const MAX_CONTEXT_TURNS = 512;
/** milliseconds; from asking for an offer to having it. The service makes one in some 3 ms. */
export const OFFER_TIMEOUT_MS = 10_000;
/** times; a turn is tried anew by itself because the service forgot a key or a request before its model was asked. */
export const MAX_TURN_RETRIES = 4;
/** milliseconds; before such a try. */
export const TURN_RETRY_MS = 250;
/** milliseconds; how long an offer is held: less than the 10 s of quiet after which the platform may drop its keys, and
 * nobody uploads a context for nothing. */
export const OFFER_FRESH_MS = 8_000;
/** milliseconds; without a record, after which the service is asked where the answer is. A model may think for longer. */
export const FIRST_RECORD_TIMEOUT_MS = 75_000;
/** milliseconds; a whole turn: what the service gives its upload and its answer, and slack for a bad network. */
export const TURN_PATIENCE_MS = UPLOAD_TIMEOUT_MS + TURN_TIMEOUT_MS + 30_000;
/** milliseconds; a question that has not left waits so long for a connection, as long as a join does. */
export const ASK_OFFLINE_MS = 30_000;
/** milliseconds; one that has left, for a connection on which to go on: what the service waits, and slack. */
export const RESUME_OFFLINE_MS = TURN_GRACE_MS + 5_000;
/** times in a row; the service asks to wait before it goes on with an answer. Each wait is less than its grace, in which it
 * gives out whatever it keeps. */
export const MAX_RESUME_REFUSALS = 4;
/** milliseconds; between two records, of which one comes every 50 ms, dummies included. */
export const ANSWER_SILENCE_MS = 10_000;
/** milliseconds; a cancel waits so long for the service's final record. */
export const CANCEL_TIMEOUT_MS = 3_000;
/** milliseconds; between two parts of an answer that the others read along. */
export const SHARE_EVERY_MS = 500;
/** questions and answers of others; kept in mind to tell which came whole, some 200 bytes each. Whoever still shares one is
 * among them: a participant has two turns at a time. */
export const MAX_SHARED_COURSES = 1_024;

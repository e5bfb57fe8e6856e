// Every bound of the service, with its unit and its reason. docs/api.md is generated from this file.
// A bound that an operator or a host may change is a default or a ceiling here, and says so.

/** bytes; largest binary message that a client may send. A long chat message or a small image part fits. */
export const MAX_FRAME_BYTES = 65_536;
/** bytes; smallest `limits.frameBytes` that a host may choose. Below it a padded sealed message does not fit. */
export const MIN_FRAME_BYTES = 1_024;
/** characters (UTF-16 units); largest text frame that a client may send. Documented ones are under 100. */
export const MAX_CONTROL_CHARS = 1_024;
/** bytes; largest HTTP request body. The longest documented one is under 1,000. */
export const MAX_BODY_BYTES = 8_192;
/** characters; longest capability token that is looked at. Ours are under 500; headers allow far more. */
export const MAX_TOKEN_CHARS = 1_024;

/** participants; how many a session may have at one time, connected or not. Each is a row of the one record (about 50 bytes). */
export const MAX_PARTICIPANTS = 1_000;
/** participants; what a session admits where its creator does not say. */
export const DEFAULT_PARTICIPANTS = 256;
/** connections; live ones per participant, for tabs and devices of one person. */
export const MAX_CONNECTIONS_PER_PARTICIPANT = 4;
/** connections; live ones per session. Each holds some 10 KiB in the runtime. */
export const MAX_CONNECTIONS = 1_200;
/** invites; unexpired ones per session. Each is a row of the one record. */
export const MAX_INVITES = 64;
/** uses; most that one invite may allow. More than there can be participants means nothing. */
export const MAX_INVITE_USES = 1_000;

/** frames per second; sustained content frames per connection where the creator does not say: fast typing. */
export const DEFAULT_FRAMES_PER_SECOND = 20;
/** frames per second; ceiling for `limits.framesPerSecond` where the operator does not say otherwise. */
export const MAX_FRAMES_PER_SECOND = 200;
/** seconds; how many seconds' worth of content frames may come at once (a paste, a resend after reconnecting). */
export const FRAME_BURST_SECONDS = 3;
/** control messages per second and connection. Typing marks and presence need two or three. */
export const CONTROLS_PER_SECOND = 10;
/** control messages; how many may come at once. */
export const CONTROL_BURST = 40;
/** deliveries per second; `typing` hints of one session, each counted once for everybody who gets it. What goes
 * beyond is dropped: a crowd that types must not hold up what it says. */
export const TYPING_DELIVERIES_PER_SECOND = 2_000;
/** deliveries; `typing` hints at once. More than there can be connections, so that one hint always fits. */
export const TYPING_BURST = 5_000;
/** frames; refused in a row before the connection is closed as flooding. Each refusal costs one answer. */
export const MAX_REFUSALS = 32;

/** bytes; sealed frames kept in memory so that a reconnecting client misses nothing. */
export const WINDOW_BYTES = 1_048_576;
/** frames; the same window, bounded in number so that tiny frames do not make it slow. */
export const WINDOW_FRAMES = 2_048;
/** bytes; after so much output to one connection a `mark` is sent, which the client must echo. */
export const MARK_EVERY_BYTES = 65_536;
/** divisor of the memory budget; a quarter of it is for output that no mark covers yet, of all
 * connections together. In a session of more than 128 connections marks therefore come sooner than {@link MARK_EVERY_BYTES} says. */
export const UNASKED_DIVISOR = 4;
/** bytes; output that one connection may leave unacknowledged before it is closed as slow. Twice the window,
 * so that a full replay always fits. */
export const MAX_UNACKED_BYTES = 2_097_152;
/** bytes; window, unsent and unacknowledged output of one session together. The runtime gives an isolate
 * 128 MB, which sessions may share, and keeps a copy of whatever a slow reader has not taken. */
export const MEMORY_BUDGET_BYTES = 33_554_432;
/** bytes; frames of one event-loop turn that may wait to leave together. More leaves at once. */
export const MAX_QUEUE_BYTES = 262_144;
/** bytes; the service joins frames until a message has reached this size. Larger ones delay what follows. */
export const MAX_BUNDLE_BYTES = 65_536;

/** seconds; a client sends `ping` at least this often, so that half-open connections are noticed. */
export const PING_EVERY_SECONDS = 25;
/** milliseconds; a connection silent for so long has vanished: three missed pings and some slack. */
export const VANISHED_AFTER_MS = 80_000;
/** milliseconds; how often sessions that burn when empty look for vanished peers. Each look is a wake-up. */
export const EMPTY_CHECK_MS = 60_000;

/** milliseconds; while people come and go in numbers, their changes are told together in steps of this. */
export const PRESENCE_TICK_MS = 25;

/** seconds; shortest burn timer. Operators may raise it (`MIN_BURN_SECONDS`). */
export const MIN_BURN_SECONDS = 1;
/** seconds; life of a session where its creator does not say. */
export const DEFAULT_TTL_SECONDS = 3_600;
/** seconds; longest life of a session where the operator does not say otherwise: 7 days. */
export const MAX_TTL_SECONDS = 604_800;
/** messages; largest `messages` burn count. */
export const MAX_MESSAGES = 1_000_000;
/** milliseconds; smallest step of the stored activity mark, hence the most that a short `idle` burns late. */
export const MIN_IDLE_STEP_MS = 10_000;
/** fraction of `idle`; step of the activity mark for longer ones, so that writes stay rare. */
export const IDLE_STEP_DIVISOR = 8;
/** fraction of `messages`; size of a leased block, hence the most that a memory loss can cost. */
export const MESSAGE_LEASE_DIVISOR = 16;

/** milliseconds; wait between closing the sockets of a burned session and evicting it: an immediate abort
 * swallows messages that have not left. */
export const BURN_DRAIN_MS = 100;
/** milliseconds; the longest that a burned session waits for slow sockets to take their last message. */
export const MAX_BURN_DRAIN_MS = 1_000;
/** milliseconds; when a wipe fails, the alarm tries again after this long. */
export const BURN_RETRY_MS = 1_000;

/** offers; outstanding ones per connection: one being used and one for a retry. A further one replaces the oldest. */
export const MAX_OFFERS = 2;
/** offers per second and participant, sustained, over all connections: a new one brings no more. Each costs two key
 * pairs and a signature. */
export const OFFERS_PER_SECOND = 0.5;
/** offers; how many may be asked for at once, for retries after a memory loss. */
export const OFFER_BURST = 8;
/** milliseconds; an offer is used at once by a client that follows the protocol. Older ones are refused. */
export const OFFER_LIFETIME_MS = 60_000;
/** bytes; most plaintext of one request record. Small enough to be authenticated before much is held. */
export const REQUEST_RECORD_BYTES = 16_384;
/** records; most that one request may be cut into: four times what full records need. Each costs an opening. */
export const MAX_REQUEST_RECORDS = 64;
/** bytes; smallest padded request. Larger ones are powers of two. */
export const MIN_TURN_BYTES = 1_024;
/** bytes; largest padded request: some 60,000 tokens of context. */
export const MAX_TURN_BYTES = 262_144;
/** bytes; plaintext of every answer record. At one a tick that is 20 KB/s, more than any model writes. */
export const ANSWER_RECORD_BYTES = 1_024;
/** records; most that one answer may have: one a tick for as long as a whole answer may take, and what waits at its end. */
export const MAX_ANSWER_RECORDS = 8_192;
/** milliseconds; an answer leaves as one record a tick, so that times do not spell out tokens. */
export const ANSWER_TICK_MS = 50;
/** bytes; largest answer, kept until it was received so that a lost connection can resume it. */
export const MAX_ANSWER_BYTES = 262_144;
/** bytes; largest summary at the end of an answer: what the service replaced in the request is told there. */
export const MAX_SUMMARY_BYTES = 65_536;
/** records; sealed ones of one answer that are kept for resuming it: the largest answer four times over, or the last
 * 51 s of a slow one. Who is further behind sends the next attempt. */
export const MAX_KEPT_RECORDS = 1_024;
/** bytes; sealed records of all answers of a session that are kept. Beyond it the oldest of the longest go: sixteen
 * answers at once keep 12 s each, which is more than {@link TURN_GRACE_MS}. */
export const MAX_KEPT_BYTES = 4_194_304;
/** bytes per second and participant, sustained; records that are sent again for `turn_resume`. Whatever is kept of one
 * answer can be had again within {@link TURN_GRACE_MS}. */
export const RESUMED_BYTES_PER_SECOND = 262_144;
/** bytes; such records at once. No more than a connection may leave unacknowledged. */
export const RESUMED_BURST_BYTES = 2_097_152;
/** bytes; answer text that may wait for its ticks before the provider is not read any further. */
export const MAX_ANSWER_BACKLOG_BYTES = 65_536;
/** uploads; refused ones per connection whose remaining records are still let pass: a client may have sent them all. */
export const MAX_REFUSED_UPLOADS = 4;
/** turns; running or uploading ones per participant: two devices, or a retry while a cancel is under way. */
export const MAX_TURNS_PER_PARTICIPANT = 2;
/** turns; running or uploading ones per session. Each may hold its request twice (as it came, and with personal data
 * replaced) and MAX_ANSWER_BACKLOG_BYTES, all together MAX_KEPT_BYTES: 13.6 MB of MEMORY_BUDGET_BYTES, so that readers
 * always have the larger part. The request to the provider comes on top until its first token. */
export const MAX_TURNS = 16;
/** attempts of one turn; a client that needs more has a fault or an opponent. */
export const MAX_ATTEMPTS = 64;
/** places; in one request that are sent as they are. Somebody who keeps more turns the scan off instead. */
export const MAX_KEPT_PLACES = 256;
/** number; highest one of a token that the object makes: six digits. */
export const MAX_TOKEN_NUMBER = 999_999;
/** messages; in the context of one turn. */
export const MAX_TURN_MESSAGES = 1_024;
/** milliseconds; between the first and the last record of a request. */
export const UPLOAD_TIMEOUT_MS = 30_000;
/** milliseconds; from the request to the model to its first token. */
export const FIRST_TOKEN_TIMEOUT_MS = 60_000;
/** milliseconds; between two pieces of an answer. */
export const PROVIDER_IDLE_TIMEOUT_MS = 30_000;
/** milliseconds; a whole answer. */
export const TURN_TIMEOUT_MS = 300_000;
/** milliseconds; how long a turn outlives its asker's connection, and a finished one waits to be resumed. */
export const TURN_GRACE_MS = 10_000;
/** tokens; most that an answer may have where the turn does not say. */
export const DEFAULT_OUTPUT_TOKENS = 4_096;
/** tokens; most that a turn may ask for. */
export const MAX_OUTPUT_TOKENS = 32_768;
/** days; longest retention that a session accepts where its creator does not say. */
export const DEFAULT_RETENTION_DAYS = 30;
/** requests; most that are sent to a provider for one turn, all before its first token. */
export const MAX_PROVIDER_ATTEMPTS = 3;
/** milliseconds; the longest first wait before another attempt. It doubles, and chance takes up to half of it. */
export const PROVIDER_RETRY_MS = 500;
/** milliseconds; the longest wait that a provider may ask for. Somebody is watching: beyond it the turn fails at once. */
export const MAX_PROVIDER_RETRY_MS = 5_000;
/** characters; largest event of a provider's stream. One holds a few tokens; some servers add their statistics. */
export const MAX_PROVIDER_EVENT_CHARS = 65_536;
/** bytes; largest stream of one answer. A token takes some 400 as an event, and reasoning may come along. */
export const MAX_PROVIDER_STREAM_BYTES = 16_777_216;
/** models; most that an operator may offer. All of them stand in one answer of `GET /v1/models`. */
export const MAX_MODELS = 64;

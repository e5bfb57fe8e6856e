// Every bound of the conformance kit, with unit and reason. A stranger's deployment is not ours to load: a run
// counts what it sends and stops at these bounds, whatever the checks would like.

/** requests; the bound of a run over HTTP, upgrades not counted. A whole run makes about 430. */
export const MAX_REQUESTS = 500;
/** connections; WebSocket upgrades of a run. A whole run opens about 170. */
export const MAX_CONNECTIONS = 240;
/** sessions that a run may create. A whole run makes about 75, each gone when its check is done. */
export const MAX_SESSIONS = 90;
/** bytes that a run may send. A whole run sends about 7 MB, most of it for FLOW2, FLOW3 and SEQ3. */
export const MAX_SENT_BYTES = 12_000_000;
/** bytes that a run takes, answers and messages. A whole run takes about 5 MB. */
export const MAX_RECEIVED_BYTES = 12_000_000;
/** messages and frames in them that a run keeps. A whole run keeps about 1,000; each is an object in memory. */
export const MAX_RECEIVED_MESSAGES = 10_000;
/** checks at the same time. More would be a load, fewer a long wait. */
export const CHECKS_AT_ONCE = 4;

/** milliseconds; the longest wait for anything that has to come: an answer, a message, a close. */
export const ANSWER_WITHIN_MS = 8_000;
/** milliseconds; the time bound of one check, the sum of all its waits. */
export const CHECK_WITHIN_MS = 45_000;
/** milliseconds; the time bound of a whole run. */
export const RUN_WITHIN_MS = 180_000;
/** milliseconds; the time bound of burning what is left at the end, also after Ctrl-C. */
export const SWEEP_WITHIN_MS = 10_000;
/** milliseconds of silence after which a session has hibernated: ten seconds, and some slack. */
export const HIBERNATION_MS = 13_000;

/** seconds; how long a session of the kit lives at most. Whatever happens to the kit, nothing stays longer. */
export const SESSION_TTL_SECONDS = 180;
/** milliseconds by which a burn may come later than its deadline: the way there, and a loaded service. */
export const LATE_MS = 6_000;
/** milliseconds by which clocks and timers may disagree. */
export const EARLY_MS = 150;

/** bytes of one HTTP answer that are read. The OpenAPI document is under 100,000. */
export const MAX_ANSWER_BYTES = 1_048_576;
/** bytes of one WebSocket message that are read. The service documents 131,072 as its longest. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** fragments of one WebSocket message that are put together. An empty one costs memory as well. */
export const MAX_FRAGMENTS = 1_024;

// Every bound of the terminal chat, with its unit and its reason.

/** bytes; longest line that is read from standard input. The longest message that a session takes has 32,762. */
export const MAX_LINE_BYTES = 65_536;
/** lines; said and not confirmed. So many of the longest fit into the queue of the SDK (256 messages, 1 MiB). */
export const MAX_PENDING_LINES = 32;
/** milliseconds; how long leaving waits for what was said last. Asking again does not wait. */
export const LAST_WORDS_MS = 5_000;
/** milliseconds; after so much of it a line says that it waits. Most receipts come sooner. */
export const LAST_WORDS_TOLD_MS = 500;
/** milliseconds; how often the countdown is looked at. A mark comes late by this much at most. */
export const TICK_MS = 1_000;
/** milliseconds left at which a line says so, the longest first. */
export const COUNTDOWN_MARKS_MS = [300_000, 60_000, 10_000] as const;
/** fraction of a mark; it is told again only after the time left was so much longer. Timers that every message
 * moves would tell it all the time. */
export const MARK_SLACK = 1.2;
/** combining marks; more than so many on one character are shown as escapes. Towers of them cover other lines. */
export const MAX_COMBINING_MARKS = 4;
/** characters; of an own message in the line that says that it was not delivered. */
export const MAX_QUOTE_CHARS = 40;
/** characters; of a question in the line that says what left this device in its place. A few lines of a terminal. */
export const MAX_SENT_QUOTE_CHARS = 400;
/** characters; most of one row of an answer in a terminal, so that it shows while it comes. Leaves room for "| ". */
export const TERMINAL_ROW_CHARS = 76;
/** characters; most of one row of an answer in a pipe, where only line breaks should count: what waits for one is
 * held in memory, and others may send answers without any. */
export const PIPE_ROW_CHARS = 65_536;
/** answers; that are followed at once. A session runs 16; beyond this somebody makes them up. */
export const MAX_OPEN_TURNS = 32;
/** characters; how much of a random id stands in front of what somebody says. A newcomer would have to join some
 * sixteen million times to get that of somebody else. */
export const TAG_CHARS = 4;

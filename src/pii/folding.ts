// What of a character counts where two spellings are compared. Every place of a folded text is a place of the text as it was
// written. No regular expression.

/** Unicode's Default_Ignorable_Code_Point: characters that are not seen. First and last of each range. */
const UNSEEN: readonly number[] = [
  0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x180b, 0x180f, 0x200b, 0x200f, 0x202a, 0x202e,
  0x2060, 0x206f, 0x3164, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xfeff, 0xffa0, 0xffa0, 0xe0000, 0xe0fff,
];

function isUnseen(point: number): boolean {
  return (
    point >= 0xad &&
    UNSEEN.some((bound, at) => at % 2 === 0 && point >= bound && point <= (UNSEEN[at + 1] ?? 0))
  );
}

/** A text as it is compared, and where each of its units stands in the text as it was written: UTF-16 offsets. */
export interface FoldedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** One case, one blank for each run of blanks and line breaks, and nothing of what is not seen. */
export function foldText(text: string): FoldedText {
  let folded = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  let wasBlank = false;
  for (const character of text) {
    const start = at;
    at += character.length;
    if (isUnseen(character.codePointAt(0) ?? 0)) continue;
    const blank = character.trim() === "";
    if (blank && wasBlank) ends[ends.length - 1] = at;
    else {
      // Of the one capital whose small letter is longer, the first unit of that.
      const lower = blank ? " " : character.toLowerCase().slice(0, character.length);
      folded += lower === "ς" ? "σ" : lower;
      while (starts.length < folded.length) {
        starts.push(start);
        ends.push(at);
      }
    }
    wasBlank = blank;
  }
  return { text: folded, starts, ends };
}

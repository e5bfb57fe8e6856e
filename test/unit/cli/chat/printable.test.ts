// What strangers wrote must not be able to do anything to a terminal, nor to look like somebody else's line.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, printableJson, printableName } from "../../../../src/cli/chat/printable.ts";
import { describeWho } from "../../../../src/cli/chat/who.ts";
import { CONTINUED, wrap } from "../../../../src/cli/chat/wrap.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\u001b[2J", "\u202e", "\r", "\n", "\u009b", "a", " ", "\u0301", "\ud83d"))
    .map((parts) => parts.join("")),
);

describe("[CHAT2] text of strangers", () => {
  it.each([
    ["\u001b[2J\u001b]0;title\u0007", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
    ["\u009b1A", "\\u{9b}1A"],
    ["two\nlines\r\u2028\u2029\u0085", "two\\nlines\\r\\u{2028}\\u{2029}\\u{85}"],
    ["a\tb\u0000\u007f\b", "a\\tb\\u{0}\\u{7f}\\u{8}"],
    ["\u202eevil\u2066\u200f\u061c", "\\u{202e}evil\\u{2066}\\u{200f}\\u{61c}"],
    ["\u200b\ufeff\u{e0041}\ud800", "\\u{200b}\\u{feff}\\u{e0041}\\u{d800}"],
    ["Grüße, שלום, नमस्ते, 👩‍👩‍👧 ❤️", "Grüße, שלום, नमस्ते, 👩‍👩‍👧 ❤️"],
  ])("%j is shown as it can be", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("bounds towers of combining marks", () => {
    expect(printable(`a${"\u0301".repeat(7)}b`)).toBe(`a${"\u0301".repeat(4)}${"\\u{301}".repeat(3)}b`);
  });

  it("never holds anything but one line of visible characters and joiners", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text).replaceAll(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(printableName(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }),
    );
  });

  it("names show what is unseen, and come after the id, which nobody chooses", () => {
    expect(printableName("A\u200dda\u3164\u00ad")).toBe("A\\u{200d}da\\u{3164}\\u{ad}");
    expect(describeWho("k3Xdabcdefgh", "[zzzz] Ada: hi")).toBe("[k3Xd] [zzzz] Ada: hi");
    expect(describeWho("k3Xdabcdefgh", null)).toBe("[k3Xd]");
    expect(describeWho(null, "Ada")).toBe("[????] Ada");
  });

  it("as JSON is one visible line that gives the very same value", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = printableJson({ text });
        expect(json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe("[CHAT2] long lines", () => {
  it("are broken before the terminal does it, and what follows is indented", () => {
    const forged = `[aaaa] Eve: hi${" ".repeat(26)}[bbbb] Ada: I confess`;
    const rows = wrap(forged, 40).split("\n");
    expect(rows[0]).toBe("[aaaa] Eve: hi");
    for (const row of rows.slice(1)) expect(row.startsWith(CONTINUED)).toBe(true);
  });

  it("lose nothing but blanks, and no row is wider than the window", () => {
    const wide = (row: string) =>
      Array.from(row).reduce((sum, char) => sum + ((char.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2), 0);
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.integer({ min: 20, max: 90 }),
        (raw, columns) => {
          const text = printable(raw);
          const rows = wrap(text, columns).split("\n");
          for (const row of rows) expect(wide(row)).toBeLessThanOrEqual(columns);
          for (const row of rows.slice(1))
            expect(row === CONTINUED.trimEnd() || row.startsWith(CONTINUED)).toBe(true);
          expect(rows.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        },
      ),
    );
  });
});

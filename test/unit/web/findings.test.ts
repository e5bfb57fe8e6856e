// What stands at each item that was found in a draft.
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { FindingList } from "../../../src/web/parts/findings.tsx";

const text = "anna@example.org";
const spans = [{ start: 0, end: text.length, type: "EMAIL", score: 1 }] as const;

function titleWhere(mayKeep: boolean, isKept: boolean): string | undefined {
  const findings = { text, spans, failed: false };
  const properties = { findings, mayKeep, isKept: () => isKept, onToggle: () => undefined };
  return /title="([^"]*)"/.exec(renderToStaticMarkup(createElement(FindingList, properties)))?.[1];
}

describe("[PAGE6] an item that was found", () => {
  it("says what a click does, where one does something", () => {
    expect(titleWhere(true, false)).toBe("Replaced before it leaves. Click to send it as written.");
    expect(titleWhere(true, true)).toBe("Sent as written. Click to replace it.");
  });

  it("says that it is always replaced where the session does not let it be kept", () => {
    expect(titleWhere(false, false)).toBe("Replaced before it leaves. This session replaces it always.");
  });
});

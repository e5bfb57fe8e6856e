// What people are called: names are whatever somebody says, and none of them passes for another or for the page.
import { describe, expect, it, vi } from "vitest";
import { nameOf } from "../../../src/web/state/naming.ts";

const person = (name: string | null, id = "abcdefgh") => ({ id, name });

describe("[PAGE8] a name", () => {
  it("is shown as it is, and somebody without one by the beginning of the id", () => {
    expect(nameOf(person("Ada"))).toBe("Ada");
    expect(nameOf(person("محمد"))).toBe("محمد");
    expect(nameOf(person(null))).toBe("Guest abcd");
  });

  it.each(["\u200b", " \u2060 ", "\u0301", "\u3164", "\u2800"])("that shows nothing (%j) is none", (name) => {
    expect(nameOf(person(name))).toBe("Guest abcd");
  });

  it("that answers are headed with is told apart", () => {
    const answers = (name: string) => nameOf(person(name), [], "vendor/Some-Model");
    expect(answers("vendor/some\u200b-model")).toBe("vendor/some\u200b-model (Guest abcd)");
    expect(answers("Ada")).toBe("Ada");
  });

  it("is looked at once for everybody, however many are named", () => {
    const normalised = vi.spyOn(String.prototype, "normalize");
    const people = Array.from({ length: 256 }, (_, at) => person(`Name ${String(at)}`, `id ${String(at)}`));
    const names = people.map((each) => nameOf(each, people));
    expect(names).toEqual(people.map(({ name }) => name));
    expect(normalised.mock.calls.length).toBeLessThanOrEqual(2 * people.length);
    normalised.mockRestore();
  });

  it.each([
    "You",
    "ME",
    "Mirror, not a language model",
    "Y\u200bou",
    "Ｙｏｕ",
    "Assistant",
    "Guest wxyz",
    "Ada (Guest wxyz)",
  ])("that is the page's own word (%j) is told apart", (name) => {
    expect(nameOf(person(name))).toBe(`${name} (Guest abcd)`);
  });

  it("that another has already is told apart for both, also with unseen characters in it", () => {
    const [first, second] = [person("Bob", "aaaaaaaa"), person("B\u2060ob", "bbbbbbbb")];
    const people = [first, second, person("Ada", "cccccccc")];
    expect(people.map((each) => nameOf(each, people))).toEqual([
      "Bob (Guest aaaa)",
      "B\u2060ob (Guest bbbb)",
      "Ada",
    ]);
  });
});

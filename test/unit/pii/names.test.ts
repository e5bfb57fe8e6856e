// Names in letters, chats and records: what introduces one, where it begins and ends, and what only looks like one.
import { describe, expect, it } from "vitest";
import { newDetector } from "./engine-under-test.ts";

const names = (text: string): string[] =>
  newDetector()
    .detect(text)
    .filter((span) => span.type === "PERSON")
    .map((span) => text.slice(span.start, span.end));

describe("names", () => {
  it.each([
    // relations; German nouns have capitals
    ["Mein Mann Lukas ist krank und kann heute nicht kommen.", "Lukas"],
    ["Mein Sohn Jonas geht in die Schule und ist nicht da.", "Jonas"],
    ["Meine Tochter Lena geht in die dritte Klasse und ist froh.", "Lena"],
    ["Ich war mit meinem Bruder Torsten in der Stadt und habe ein Eis gegessen.", "Torsten"],
    ["Das ist von unserer Nachbarin Helga und nicht für dich.", "Helga"],
    ["Mein Vater Heinz", "Heinz"],
    ["Ma mère Sylvie est malade.", "Sylvie"],
    ["Mon frère Laurent est parti.", "Laurent"],
    ["Mi hermana Lucía vive lejos.", "Lucía"],
    ["Mio fratello Matteo lavora qui.", "Matteo"],
    ["A minha vizinha Fernanda chegou.", "Fernanda"],
    ["Mijn zus Anneke woont hier.", "Anneke"],
    ["my nephew Kwame called", "Kwame"],
    // introductions
    ["O meu nome é Iracema Tupinambá", "Iracema Tupinambá"],
    ["Il mio nome è Oronzo Pugliese", "Oronzo Pugliese"],
    ["Chamo-me Iracema", "Iracema"],
    ["im jessica", "jessica"],
    ["its jessica", "jessica"],
    ["im tom btw", "tom"],
    ["hey its jessica from work", "jessica"],
    ["hi im sarah, 24, from leeds", "sarah"],
    ["name's jessica", "jessica"],
    // a closing on a line of its own
    ["Best regards,\nYlva", "Ylva"],
    ["Best regards,\n\nYlva Brendstrup", "Ylva Brendstrup"],
    ["MfG\nSönke", "Sönke"],
    ["Mit freundlichen Grüßen\nSönke", "Sönke"],
    ["Cordialement\nGwenolé", "Gwenolé"],
    ["Un abrazo,\nYlva", "Ylva"],
    ["Thanks,\nNdidi", "Ndidi"],
    // labels
    ["Kunde: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Ansprechpartner: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Client: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Contact person: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Witness: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Manager: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Apellidos: Ylva Brendstrup", "Ylva Brendstrup"],
    ["Name: Ylva Email: ylva", "Ylva"],
    // who speaks
    ["[12:31] Ylva: are you there?", "Ylva"],
    ["[21.11.26, 12:31:05] Ylva Brendstrup: yes", "Ylva Brendstrup"],
    ["21/11/2026, 12:31 - Ylva: hi", "Ylva"],
    ["<Ylva> hi", "Ylva"],
    ["[12:31] <Ylva> hi", "Ylva"],
    // bounds
    ["Tell Ahmed I said hi", "Ahmed"],
    ["I told Anna I would come", "Anna"],
    ["Yesterday Anna I. Berg came", "Anna I. Berg"],
    ["Estimada Sra. López", "López"],
    ["Prof. Dr. Dr. h.c. Karl Müller", "Karl Müller"],
    ["Lieber Herr Meier", "Meier"],
  ])("%s", (text, name) => {
    expect(names(text)).toEqual([name]);
  });

  it.each([
    ["an introduction", "my name is rosa", "rosa"],
    ["a family name", "ask rosa hernandez", "rosa hernandez"],
  ])("a small word that is a name too needs a second sign: %s", (_what, text, name) => {
    expect(names(text)).toEqual([name]);
  });

  it("each of two labels on a line has its own", () => {
    expect(names("First name: Ylva Last name: Brendstrup")).toEqual(["Ylva", "Brendstrup"]);
  });

  it.each([
    [
      "a German noun behind a relation",
      "Heute hat mein Sohn Fieber und mein Bruder Urlaub, das ist nicht gut.",
    ],
    ["a label of two words", "Nome e Indirizzo"],
    ["a German preposition", "im august war es warm, im ernst"],
    ["what belongs to something", "its paris office"],
    ["a plain word below a closing", "Thanks,\nKitchen"],
    ["a line of text below a closing", "Best regards,\nYlvaflix has a new offer for you today"],
    ["a product with a label", "Client: Chrome\nManager: Webpack"],
    ["a program behind a job", "The client Chrome and the driver Vulkan are new."],
    ["a record of a program", "[12:31] Error: no such file\n[12:31:05] Webpack: compiled"],
    ["a tag on a line of its own", "<Suspense>\n  <Fallback />\n</Suspense>"],
    ["a tag that is closed on its line", "<Trans> word </Trans>"],
    ["capitals with an apostrophe", "WHAT I DON'T KNOW IS WHAT TO PRESS NEXT"],
    ["a title alone", "Estimada Sra."],
    ["a German noun", "Er hat ein Brett vor dem Kopf, und das ist nicht schlimm."],
    ["a German heading", "Notizen zur Sitzung\nDas ist der Stand, und er ist gut."],
    ["a number between two others", "Cuocete otto o nove minuti."],
    ["a word and the verb behind it", "Una sola volta, al massimo e tenete premuto."],
    ["a plant in a recipe", "a leaf of basil, some ginger and a rose"],
    ["a verb that opens a sentence", "Lea este manual antes. Mark the place."],
    ["the key of a setting", "LANG=C.UTF-8\nLANG: C.UTF-8"],
    ["a tax", "Los precios incluyen IVA."],
  ])("%s is none", (_what, text) => {
    expect(names(text)).toEqual([]);
  });
});

// Street addresses in the languages that the documents list: what is found, with its exact bounds, and what looks like one.
import { describe, expect, it } from "vitest";
import { found, newDetector } from "./engine-under-test.ts";

const addresses = (text: string): string[] =>
  newDetector()
    .detect(text)
    .filter((span) => span.type === "ADDRESS")
    .map((span) => text.slice(span.start, span.end));

describe("addresses", () => {
  it.each([
    // an article between the street word and its name
    "12 rue des Lilas, 69003 Lyon",
    "27 rue des Martyrs",
    "3 allée des Tilleuls",
    "14 impasse de la Fontaine",
    "5 route de Nantes",
    "8 cours Mirabeau",
    "12 bd Voltaire",
    "Via delle Rose 14",
    "Via dei Mille 3",
    "Viale degli Olivi 7",
    "Viale Monza 140",
    "Piazza della Repubblica 2",
    "Via Roma, 12",
    "Calle de las Huertas 12",
    "Calle de los Reyes 4",
    "Calle Mayor, 5",
    "C/ Mayor, 5",
    "C/ Mayor 5",
    "Avenida de los Toreros 31",
    "Rua do Ouro 12",
    "Rua das Flores, 120",
    "Travessa do Carmo 12",
    "Avenida 9 de Julio 1200",
    "Laan van NOI 131",
    // German: the short form with its stop, streets called by where they lie
    "Goethestr. 12",
    "Hauptstr. 3a, 80331 München",
    "Bahnhofstr. 7, 10115 Berlin",
    "Goethestraße 12",
    "Am Markt 5, 04109 Leipzig",
    "Unter den Linden 77, 10117 Berlin",
    "Unter den Linden 77",
    "An der Alster 42",
    "Auf der Höhe 11",
    "Zum Alten Speicher 9, 28759 Bremen",
    "Lange Reihe 12, 20099 Hamburg",
    // how an address begins and ends
    "Kirchweg 14 b",
    "Kirchweg 14 b, 50667 Köln",
    "P.O. Box 77",
    "PO Box 77",
    "Postfach 1234",
    "Flat 3, 12 High Street",
    "Suite 300, 171 Second Street",
    "Oak Street",
    "221B Baker Street",
  ])("%s", (address) => {
    expect(found(address)).toEqual([`ADDRESS:${address}`]);
    expect(addresses(`The address is ${address}. It has a garden.`)).toEqual([address]);
  });

  it.each([
    ["a street that a person gave its name", "J'habite au 8 rue Victor Hugo.", "8 rue Victor Hugo"],
    ["a street in a German sentence", "Ich wohne Unter den Linden 77.", "Unter den Linden 77"],
    ["a street in small letters", "ich wohne am Markt 5", "am Markt 5"],
    ["a street behind its word", "Adresse: Auf der Höhe 11", "Auf der Höhe 11"],
    [
      "a street with its article in small letters",
      "Vive en la calle de Alcalá, 50, Madrid.",
      "calle de Alcalá, 50, Madrid",
    ],
    ["a short German street in small letters", "ich wohne in der goethestr. 12 hier", "goethestr. 12"],
    ["a street behind a preposition", "Die Lieferung geht an Lindenstraße 14.", "Lindenstraße 14"],
    ["a unit behind its word", "My address is Flat 3", "Flat 3"],
    [
      "a corner with a prefixed street",
      "It is the corner of 76 Boulevard de Normandie and Eriksson Bridge.",
      "the corner of 76 Boulevard de Normandie and Eriksson Bridge",
    ],
    ["a letter before a sentence", "It is Kirchweg 14 a nice house", "Kirchweg 14"],
  ])("%s", (_what, text, address) => {
    expect(addresses(text)).toEqual([address]);
  });

  it.each([
    ["a weekday and an hour", "Wir treffen uns am Montag 5 Minuten vorher."],
    ["an example and a page", "Zum Beispiel 3, Berlin kam später, auf Seite 12, Berlin war schon da."],
    ["a round number of things", "Auf Platz 3, 10000 Euro gab es dafür."],
    ["a Friday", "Am Freitag 13, Berlin"],
    ["people at a market", "Gestern waren am Markt 5 Leute."],
    ["a chapter", "Mehr steht im Kapitel 5 und im Abschnitt 7."],
    ["a year", "Im Jahr 2020, Berlin war leer, kam er."],
    ["a rare street word without a number", "The AI Gateway, the Event Stream and Each Gateway"],
    ["a road that only opens a sentence", "The Road was long."],
    ["an interface", "Java Stream API"],
    ["capitals throughout", "0x5D is RIGHT SQUARE BRACKET, 0x252c is BOX DRAWINGS LIGHT DOWN"],
    ["a version", "We must address OAuth 2.0 now"],
    ["a vulnerability", "A fix to address CVE-2025-55182 is out"],
    ["products and lines", "Scala 3, App 2, Bus 42 and Stock 500"],
    ["a unit of a course", "Unit 7: Fractions"],
    ["a unit in a sentence", "Suite 16 was sold, Lot 42 was not."],
    ["calls", "text.substring(0, 5) + text.substr(1) + floor(10)"],
    ["an order", "Via Twitter or Place Order, then Route Handler"],
    ["a title", "Prof. Dr. Dr. h.c. Müller"],
    ["a year and a name", "2009 Bastien Nocera"],
    ["a subject", "The route (RFC 6266)"],
  ])("%s is none", (_what, text) => {
    expect(addresses(text)).toEqual([]);
  });
});

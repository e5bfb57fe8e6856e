// Endings that mark a family name or a street in the languages where they are productive. Read backwards, constant work.
// They are evidence only: no ending alone makes a word a name.
import { at } from "./memory";

function ends(e: u32, s: u32, tail: string): bool {
  const n = <u32>tail.length;
  if (e - s < n + 2) return false;
  const p = changetype<usize>(tail);
  for (let k: u32 = 0; k < n; k++) if ((at(e - n + k) | 0x20) != <u32>load<u16>(p + (k << 1))) return false;
  return true;
}

/** Whether [s, e) ends like a family name: Nordic, Slavic, Germanic, Greek, Armenian, Georgian, Iberian, Italian, Lithuanian. */
export function surnameEnding(s: u32, e: u32): bool {
  const c = at(e - 1) | 0x20;
  if (e - s < 5) return false;
  if (c == 110)
    return (
      ends(e, s, "sson") ||
      ends(e, s, "sen") ||
      ends(e, s, "sohn") ||
      ends(e, s, "mann") ||
      ends(e, s, "stein") ||
      ends(e, s, "oglan") ||
      ends(e, s, "yan") ||
      ends(e, s, "ian") ||
      ends(e, s, "kin") ||
      ends(e, s, "strom") ||
      ends(e, s, "quin") ||
      ends(e, s, "nen") ||
      (ends(e, s, "ton") && e - s > 7) ||
      (ends(e, s, "man") && e - s > 6)
    );
  if (c == 114)
    return (
      ends(e, s, "dottir") ||
      ends(e, s, "meyer") ||
      ends(e, s, "maier") ||
      ends(e, s, "bauer") ||
      ends(e, s, "huber")
    );
  if (c == 118) return ends(e, s, "ov") || ends(e, s, "ev") || ends(e, s, "yev");
  if (c == 97)
    return (
      ends(e, s, "ova") ||
      ends(e, s, "eva") ||
      ends(e, s, "ska") ||
      ends(e, s, "cka") ||
      (ends(e, s, "ina") && e - s > 6) ||
      ends(e, s, "aya") ||
      ends(e, s, "iya")
    );
  if (c == 105)
    return (
      ends(e, s, "ski") ||
      ends(e, s, "cki") ||
      ends(e, s, "shvili") ||
      ends(e, s, "elli") ||
      ends(e, s, "etti") ||
      ends(e, s, "ini") ||
      ends(e, s, "acci")
    );
  if (c == 121) return ends(e, s, "sky") || ends(e, s, "skyy") || ends(e, s, "enyi");
  if (c == 99)
    return (
      ends(e, s, "vic") ||
      ends(e, s, "cic") ||
      ends(e, s, "nic") ||
      ends(e, s, "jic") ||
      (ends(e, s, "lic") && e - s > 5) ||
      ends(e, s, "rich") ||
      ends(e, s, "kovic")
    );
  if (c == 122) return ends(e, s, "wicz") || ends(e, s, "ez") || ends(e, s, "vitz") || ends(e, s, "witz");
  if (c == 111) return ends(e, s, "enko") || ends(e, s, "illo") || ends(e, s, "chuk") || ends(e, s, "ucci");
  if (c == 103) return ends(e, s, "berg") || ends(e, s, "borg");
  if (c == 100) return ends(e, s, "gaard") || ends(e, s, "lund") || ends(e, s, "qvist");
  if (c == 115)
    return (
      ends(e, s, "poulos") ||
      ends(e, s, "idis") ||
      ends(e, s, "akis") ||
      ends(e, s, "opoulos") ||
      ends(e, s, "iadis") ||
      ends(e, s, "auskas") ||
      ends(e, s, "ius")
    );
  if (c == 116) return ends(e, s, "qvist") || ends(e, s, "quist") || ends(e, s, "kvist");
  if (c == 101) return ends(e, s, "adze") || ends(e, s, "idze") || ends(e, s, "escue");
  if (c == 117) return ends(e, s, "escu") || ends(e, s, "eanu");
  if (c == 107) return ends(e, s, "chuk") || ends(e, s, "czyk") || ends(e, s, "beck");
  if (c == 104) return ends(e, s, "bach") || (ends(e, s, "ich") && e - s > 7);
  return false;
}

/** Whether [s, e) ends in a street word of a language that writes it in one word. */
export function streetEnding(s: u32, e: u32): bool {
  const c = at(e - 1) | 0x20;
  if (e - s < 6) return false;
  if (c == 101)
    return (
      ends(e, s, "strasse") ||
      ends(e, s, "gasse") ||
      ends(e, s, "allee") ||
      ends(e, s, "straede") ||
      ends(e, s, "strade") ||
      ends(e, s, "gade") ||
      ends(e, s, "chaussee") ||
      ends(e, s, "brucke") ||
      ends(e, s, "dreve") ||
      ends(e, s, "kade") ||
      ends(e, s, "linde")
    );
  if (c == 116)
    return ends(e, s, "straat") || ends(e, s, "gracht") || ends(e, s, "stret") || ends(e, s, "braut");
  if (c == 103)
    return (
      ends(e, s, "weg") || ends(e, s, "steig") || (ends(e, s, "ring") && !ends(e, s, "ering") && e - s > 7)
    );
  if (c == 110)
    return (
      ends(e, s, "laan") ||
      ends(e, s, "gatan") ||
      ends(e, s, "vagen") ||
      ends(e, s, "plein") ||
      ends(e, s, "singel") ||
      ends(e, s, "veien") ||
      ends(e, s, "stien") ||
      ends(e, s, "svangen")
    );
  if (c == 97) return ends(e, s, "gata") || ends(e, s, "gotu") || ends(e, s, "utca") || ends(e, s, "gatu");
  if (c == 106) return ends(e, s, "vej");
  if (c == 105)
    return (
      ends(e, s, "vegi") ||
      ends(e, s, "straeti") ||
      ends(e, s, "vei") ||
      ends(e, s, "stigi") ||
      ends(e, s, "vei")
    );
  if (c == 122) return ends(e, s, "platz");
  if (c == 114) return ends(e, s, "str") || ends(e, s, "ufer") || ends(e, s, "vegur") || ends(e, s, "dijker");
  if (c == 117) return ends(e, s, "katu") || ends(e, s, "gotu");
  if (c == 109) return ends(e, s, "damm");
  if (c == 107) return ends(e, s, "dijk") || (ends(e, s, "park") && e - s > 6);
  if (c == 100) return ends(e, s, "pad") && e - s > 7;
  if (c == 108) return ends(e, s, "singel");
  if (c == 102) return (ends(e, s, "hof") && e - s > 6) || ends(e, s, "dreef");
  return false;
}

/** Whether [s, e) ends like a place: productive endings of Germanic, Slavic and Romance place names. */
export function placeEnding(s: u32, e: u32): bool {
  const c = at(e - 1) | 0x20;
  if (e - s < 6) return false;
  if (c == 103) return ends(e, s, "burg") || ends(e, s, "borg") || ends(e, s, "ing");
  if (c == 101)
    return ends(e, s, "ville") || ends(e, s, "stadte") || ends(e, s, "kirke") || ends(e, s, "brugge");
  if (c == 110)
    return (
      ends(e, s, "kirchen") ||
      ends(e, s, "hausen") ||
      ends(e, s, "hofen") ||
      ends(e, s, "ingen") ||
      ends(e, s, "wijn") ||
      ends(e, s, "heen") ||
      ends(e, s, "town")
    );
  if (c == 109) return ends(e, s, "heim") || ends(e, s, "ham") || ends(e, s, "hem");
  if (c == 102) return ends(e, s, "dorf") || ends(e, s, "torf");
  if (c == 100) return ends(e, s, "stad") || ends(e, s, "ford") || ends(e, s, "field") || ends(e, s, "wald");
  if (c == 116) return ends(e, s, "stadt") || ends(e, s, "furt");
  if (c == 121) return ends(e, s, "bury") || (ends(e, s, "by") && e - s > 6);
  if (c == 104) return ends(e, s, "borough") || ends(e, s, "bach");
  if (c == 107) return ends(e, s, "vik") || ends(e, s, "wijk") || ends(e, s, "brook");
  if (c == 114) return ends(e, s, "chester") || ends(e, s, "hannover") || ends(e, s, "minster");
  if (c == 112) return ends(e, s, "dorp") || ends(e, s, "trup");
  return false;
}

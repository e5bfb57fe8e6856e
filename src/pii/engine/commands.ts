// Passwords on command lines: "mysql -phunter2", "sshpass -p x", "docker login -u name -p x". Looks no further than the line.
import { isBlank, isWordAt } from "./context";
import { T_PASSWORD } from "./generated/types";
import { addSpan, at, before, length, tokEnd } from "./memory";
import { isPlaceholder } from "./randomness";
import { passwordEnd } from "./values";

/** How far behind the command the option may stand. */
const REACH: u32 = 80;

/** The option -p behind the command that is token i. */
export function commandPasswordAt(i: u32): void {
  if (isWordAt(i, "login") && !(i > 0 && hasRegistry(i - 1))) return;
  const apart = isWordAt(i, "login") || isWordAt(i, "sshpass"),
    glued = !isWordAt(i, "login");
  const from = tokEnd(i);
  for (let k = from; k < length && k - from < REACH; k++) {
    const c = at(k);
    if (c == 10 || c == 59 || c == 124) return;
    if (c != 45 || at(k + 1) != 112 || !isBlank(before(k))) continue;
    let v = k + 2;
    if (isBlank(at(v))) {
      if (!apart) return; // the program asks for it
      while (isBlank(at(v)) && v - k < 6) v++;
    } else if (!glued) return;
    if (at(v) == 34 || at(v) == 39) v++;
    const e = passwordEnd(v);
    if (e > v + 2 && at(v) != 45 && !isPlaceholder(v, e)) addSpan(T_PASSWORD, v, e, 80);
    return;
  }
}

/** Programs whose "login" takes a password with -p. */
function hasRegistry(t: u32): bool {
  return isWordAt(t, "docker") || isWordAt(t, "podman") || isWordAt(t, "buildah") || isWordAt(t, "skopeo");
}

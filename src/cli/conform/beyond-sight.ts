// The rules that no outsider can observe, each with the reason. Together with the checks this is every rule of
// docs/spec.md, none twice; a test holds that.

interface Unseen {
  readonly ids: readonly string[];
  readonly because: string;
}

/** `count` ids of one group, from 1 on. */
function all(group: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${group}${String(index + 1)}`);
}

const UNSEEN: readonly Unseen[] = [
  { ids: ["RULE1"], because: "what storage, logs and caches hold shows from inside only" },
  { ids: ["RULE2"], because: "logs are kept where no outsider reads; what an error may say is API1" },
  { ids: ["RULE11"], because: "memory and its zeroing show from inside only" },
  { ids: ["RULE12"], because: "it is about what a document says" },
  {
    ids: ["LIFE5"],
    because: "a connection must stay silent for 140 s, longer than a polite run holds one open",
  },
  { ids: ["LIFE9"], because: "whether an event or the alarm noticed a deadline looks the same from outside" },
  { ids: ["LIFE10"], because: "timers show from inside only" },
  { ids: ["END1"], because: "the order of the steps is inside; what comes of them is END2 and END6" },
  { ids: ["END4"], because: "signing or wiping would have to fail" },
  { ids: ["END5"], because: "the process would have to crash in the middle of a burn" },
  { ids: ["END7"], because: "a thousand connections are a load that nobody asked for" },
  { ids: ["STMT4"], because: "only the operator can retire an identity key" },
  { ids: ["STMT5"], because: "it is about this command line" },
  {
    ids: ["TOK2"],
    because: "whether an object wakes shows from inside; that such tokens are refused is TOK3 and RULE4",
  },
  { ids: ["INV3"], because: "what is durable shows only when the process is killed" },
  { ids: ["API8"], because: "a secret would have to be missing" },
  { ids: ["SEQ7"], because: "memory shows from inside only; that the window ends somewhere is SEQ3" },
  { ids: ["FLOW7"], because: "32 MiB of unread output are a load that nobody asked for" },
  { ids: ["HIB2"], because: "fifty connections at once are a load that nobody asked for" },
  { ids: ["DUR1"], because: "the process would have to be killed" },
  { ids: all("RUN", 6), because: "it is about the runner on one machine" },
  { ids: all("SEAL", 8), because: "it is about clients: the service sees sealed bytes only" },
  { ids: all("LINK", 3), because: "it is about clients: links never reach the service" },
  { ids: all("SDK", 17), because: "it is about the client SDK" },
  { ids: all("PII", 20), because: "it is about an engine, on people's devices and inside the service" },
  { ids: all("ASK", 11), because: "it is about the client SDK" },
  {
    ids: ["CHAN1", "CHAN6"],
    because: "it is about known answers and a second library, not about a deployment",
  },
  {
    ids: ["CHAN8"],
    because: "every other form is a case of its own; that another one is refused is TURN4",
  },
  { ids: ["CHAN9"], because: "nonces, overlapping calls and zeroing show from inside only" },
  { ids: ["TURN5"], because: "uploads and attempts up to their bounds are a load that nobody asked for" },
  { ids: ["TURN6"], because: "when the model said what shows from inside only" },
  {
    ids: ["TURN7", "TURN8", "TURN9"],
    because: "a model would have to fail, or to take long; the mirror does neither",
  },
  { ids: ["TURN10", "TURN13"], because: "buffers, keys and storage show from inside only" },
  { ids: ["PROV2"], because: "only the operator knows the secrets that must not be in what the mirror says" },
  {
    ids: ["PROV4", "PROV12", "PROV13"],
    because: "it is about what the operator configures, and how that is read",
  },
  {
    ids: ["PROV5", "PROV6", "PROV7", "PROV8", "PROV9", "PROV10"],
    because: "what a provider is sent, and how it answers, shows to the provider and from inside only",
  },
  { ids: all("CHAT", 12), because: "it is about the chat in the terminal" },
  {
    ids: all("PAGE", 12).filter((id) => id !== "PAGE10"),
    because: "it is about the chat page in a browser",
  },
  { ids: all("BROWSER", 4), because: "it is about the client SDK in a browser" },
  { ids: all("PEER", 4), because: "it is about other clients" },
  { ids: all("PKG", 6), because: "it is about the package" },
  { ids: all("CONF", 4), because: "it is about this kit" },
  { ids: ["SPEC1"], because: "it is about the specification and its tests" },
];

/** Why each of these rules cannot be observed, by its id. */
export const BEYOND_SIGHT: ReadonlyMap<string, string> = new Map(
  UNSEEN.flatMap(({ ids, because }) => ids.map((id) => [id, because] as const)),
);

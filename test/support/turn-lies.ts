// Lies about models, the page and turns, see lies.ts. What is sealed they can only lose, repeat or talk about.
import { edit, onCreate, type Json, type NamedLie } from "./lies.ts";
import type { Asked, Lie } from "./lying-proxy.ts";
import { onControl } from "./socket-lies.ts";

/** Changes the assistant that creation asks for. */
function onAssistant(change: (assistant: Json) => Json): (asked: Asked) => undefined {
  return (asked) => {
    if (asked.method !== "POST" || asked.path !== "/v1/sessions") return;
    edit(asked, (body) => {
      const assistant = body["assistant"] as Json | null | undefined;
      if (assistant) body["assistant"] = change(assistant);
    });
  };
}

/** Changes the list of models. */
function onModels(change: (models: Json[]) => Json[]): NonNullable<Lie["answered"]> {
  return (answered, { path }) => {
    if (path !== "/v1/models" || answered.status !== 200) return;
    edit(answered, (body) => {
      body["models"] = change(body["models"] as Json[]);
    });
  };
}

/** Swallows the refusals of one code, but for the first of each turn where `fromSecond` is set. */
function withoutRefusals(code: string, fromSecond = false) {
  return onControl("turn_refused", (message, link) => {
    const turn = String(message["turn"]);
    const known = link.memory.has(turn);
    link.memory.set(turn, true);
    return message["code"] === code && (known || !fromSecond) ? null : message;
  });
}

export const TURN_LIES: readonly NamedLie[] = [
  {
    name: "the mirror is not listed",
    breaks: ["PROV1"],
    answered: onModels((models) => models.filter(({ id }) => id !== "mirror")),
  },
  {
    name: "whatever model is asked for, there is the mirror",
    breaks: ["PROV3", "TURN1"],
    asked: onAssistant((assistant) => ({ ...assistant, model: "mirror", policy: {} })),
  },
  {
    name: "the list of models tells where they are",
    breaks: ["PROV11"],
    answered: onModels((models) => models.map((model) => ({ ...model, baseUrl: "https://models.invalid" }))),
  },
  {
    name: "the page may be framed",
    breaks: ["PAGE10"],
    answered: ({ headers }, { path }) => {
      const policy = String(headers["content-security-policy"]);
      if (path === "/") headers["content-security-policy"] = policy.replace("frame-ancestors 'none'; ", "");
    },
  },
  {
    name: "the page may run inline scripts",
    breaks: ["PAGE10"],
    answered: ({ headers }, { path }) => {
      const policy = String(headers["content-security-policy"]);
      if (path === "/") {
        headers["content-security-policy"] = policy.replace("script-src", "script-src 'unsafe-inline'");
      }
    },
  },
  {
    name: "nobody looks for personal data",
    breaks: ["TURN15"],
    asked: onAssistant((assistant) => ({ ...assistant, pii: "off" })),
  },
  { name: "one question more", breaks: ["TURN12"], asked: onCreate("burn", "messages", 2, 3) },
  {
    name: "every welcome tells another bound of answers",
    breaks: ["TURN1"],
    fromService: onControl("welcome", (message) => {
      const assistant = message["assistant"] as Json | null;
      return assistant === null ? message : { ...message, assistant: { ...assistant, maxTokens: 1 } };
    }),
  },
  {
    name: "asking for offers has no rate",
    breaks: ["TURN2"],
    // Of all that has a rate, only a content frame is named by its refusal.
    fromService: onControl("error", (message) =>
      message["code"] === "rate_limited" && message["ref"] === undefined ? null : message,
    ),
  },
  {
    name: "a key opens a second time",
    breaks: ["CHAN5", "TURN3"],
    fromService: (message, link) => {
      if (typeof message === "string" && message.includes('"type":"turn_accepted"')) {
        link.memory.set(String((JSON.parse(message) as Json)["turn"]), true);
      }
      return withoutRefusals("offer_unknown", true)(message, link);
    },
  },
  {
    name: "spoiled requests are accepted",
    breaks: ["CHAN3", "CHAN4", "TURN4"],
    fromService: (message) => {
      if (typeof message !== "string" || !message.includes('"code":"turn_invalid"')) return [message];
      const { turn, attempt } = JSON.parse(message) as Json;
      return [JSON.stringify({ type: "turn_accepted", turn, attempt }), message];
    },
  },
  {
    name: "nothing is said of turns of somebody else",
    breaks: ["TURN14"],
    fromService: withoutRefusals("turn_unknown"),
  },
  {
    name: "a record of an answer is lost",
    breaks: ["CHAN2"],
    fromService: (message) =>
      typeof message !== "string" && message[0] === 2 && message.readUInt32BE(16) === 1 ? [] : [message],
  },
  {
    name: "an offer is handed out again",
    breaks: ["CHAN7"],
    fromService: onControl("offer", (message, link) => {
      const first = link.memory.get("offer") ?? message["offer"];
      link.memory.set("offer", first);
      return { ...message, offer: first };
    }),
  },
  {
    name: "offers that were forgotten pass for spoiled requests",
    breaks: ["TURN11"],
    slow: true,
    fromService: (message, link) => {
      if (typeof message === "string" && message.includes('"type":"epoch"')) link.memory.set("woken", true);
      if (link.memory.get("woken") !== true) return [message];
      return onControl("turn_refused", (refused) => ({ ...refused, code: "turn_invalid" }))(message, link);
    },
  },
];

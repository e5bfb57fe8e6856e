// What the deployment offers besides sessions: its models, and the page. No model but the mirror is ever asked.
import type * as v from "valibot";
import { meetsPolicy, ModelsSchema, type Model } from "../../../protocol/assistant.ts";
import { ask, createWithMirror, MIRROR } from "../asking.ts";
import { codeOf, hasForm, type Context } from "../context.ts";
import { expectSame, expectThat, NotVisible, premise, Unmade, type Check } from "../verdict.ts";

const SESSIONS = "/v1/sessions";
const NO_MODEL = "conformance.invalid/none";
/** The strictest that a session can ask for. */
const STRICTEST = { maxRetentionDays: 0, allowTraining: false, regions: [] };
/** Names that a fact about the way to a provider would have. */
const WAY = /url|address|host|key|secret|header|preset/i;

async function modelsOf(context: Context): Promise<readonly Model[]> {
  const { status, body } = await context.call("GET", "/v1/models");
  if (status !== 200 || !hasForm(ModelsSchema, body)) throw new Unmade("the models could not be read");
  return (body as v.InferOutput<typeof ModelsSchema>).models;
}

/** Names of all fields, at any depth. */
function fieldsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(fieldsOf);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

/** The sources of one directive. */
function sourcesOf(policy: string, directive: string): string[] {
  const lists = policy.split(";").map((part) => part.trim().split(/\s+/));
  const find = (name: string) => lists.find(([first]) => first?.toLowerCase() === name)?.slice(1);
  // What fetches without a directive of its own follows the default; frame-ancestors does not (CSP level 3).
  return find(directive) ?? (directive === "frame-ancestors" ? undefined : find("default-src")) ?? ["*"];
}

export const MODEL_CHECKS: readonly Check[] = [
  {
    rules: ["PROV1"],
    tries: "the mirror is listed, says that it is no language model, and repeats what it was asked",
    run: async (context) => {
      const models = await modelsOf(context);
      expectThat(models.some(({ id }) => id === MIRROR.model), "the mirror is not listed"); // prettier-ignore
      const created = await createWithMirror(context);
      const host = await context.host(created);
      const question = { text: `Canary ${created.id.slice(0, 12)}, are you there?` };
      const { text, complete } = await premise("a question", ask(context, created, host, question));
      expectThat(complete, "its answer is not complete");
      expectThat(text.includes("not a language model"), "it does not say that it is no language model");
      expectThat(text.includes(question.text), "it does not repeat the question");
    },
  },
  {
    rules: ["PROV3", "TURN1"],
    tries: "a model that is not offered, and one whose card does not meet the policy, make no session",
    run: async (context) => {
      const tries = [{ model: NO_MODEL, policy: {}, code: "model_unknown" }];
      const unmet = (await modelsOf(context)).find(({ card }) => !meetsPolicy(card, STRICTEST));
      // The mirror meets every policy: where it is the only one, nothing more is to be seen.
      if (unmet !== undefined) tries.push({ model: unmet.id, policy: STRICTEST, code: "policy_unmet" });
      for (const { model, policy, code } of tries) {
        const answer = await context.call("POST", SESSIONS, { body: { assistant: { model, policy } } });
        expectSame([answer.status, codeOf(answer)], [422, code], `a session with ${model}`);
      }
    },
  },
  {
    rules: ["PROV11"],
    tries: "the list of models has ids, cards and bounds, and no field that tells a way to a provider",
    run: async (context) => {
      const { status, body } = await context.call("GET", "/v1/models");
      expectSame(status, 200, "the list of models");
      expectThat(hasForm(ModelsSchema, body), "the list of models has not its documented form");
      const telling = fieldsOf(body).filter((name) => WAY.test(name));
      expectSame(telling, [], "fields that tell a way to a provider");
    },
  },
  {
    rules: ["PAGE10"],
    tries:
      "the page has a policy without inline script or style, frames or others; other paths are the API's",
    run: async (context) => {
      const page = await context.call("GET", "/");
      if (page.status === 404) throw new NotVisible("this deployment serves no page");
      const policy = String(page.headers["content-security-policy"] ?? "");
      expectThat(policy !== "", "the page has no content security policy");
      const own = new Set(["'none'", "'self'", "'wasm-unsafe-eval'"]);
      for (const directive of ["script-src", "style-src", "connect-src", "img-src", "frame-src"]) {
        const others = sourcesOf(policy, directive).filter((source) => !own.has(source));
        expectSame(others, [], `other sources in ${directive}`);
      }
      expectSame(sourcesOf(policy, "frame-ancestors"), ["'none'"], "who may frame the page");
      const elsewhere = await context.call("GET", "/index.html");
      expectSame([elsewhere.status, codeOf(elsewhere)], [404, "not_found"], "another path");
    },
  },
];

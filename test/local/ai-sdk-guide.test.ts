// The component that the guide prints for `useChat`, as it is written there, over the real service.
import { useChat } from "@ai-sdk/react";
import { transform } from "esbuild";
import { readFileSync } from "node:fs";
import { compileFunction } from "node:vm";
import { act, createElement, type ReactElement } from "react";
import * as jsxRuntime from "react/jsx-runtime";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createGhostTransport } from "../../src/client/ai-sdk/index.ts";
import { createSession, type Session } from "../../src/client/index.ts";
import { sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { ScriptedService } from "../support/scripted-service.ts";
import { closePage, openPage, render, unmountAll } from "../support/use-chat.ts";

let scripted: ScriptedService;
beforeAll(async () => {
  openPage();
  scripted = await ScriptedService.start();
});
afterEach(() => {
  unmountAll();
  vi.unstubAllGlobals();
  scripted.closeSessions();
});
afterAll(async () => {
  await scripted.stop();
  closePage();
});

describe("[SDK14] the component of the guide", () => {
  it("chats as it is written", async () => {
    const [, example = ""] = /```tsx\n([\s\S]*?)```/.exec(readFileSync("docs/sdk.md", "utf8")) ?? [];
    const { code } = await transform(example, { loader: "tsx", jsx: "automatic", format: "cjs" });
    const modules: Readonly<Record<string, unknown>> = {
      "@ai-sdk/react": { useChat },
      "react/jsx-runtime": jsxRuntime,
      "ghost-session/ai-sdk": { createGhostTransport },
      "ghost-session/client": { createSession: opening },
    };
    const module: { exports: { Chat?: () => ReactElement } } = { exports: {} };
    const evaluate = compileFunction(code, ["require", "module", "location"]) as (
      require: (name: string) => unknown,
      module: object,
      location: object,
    ) => void;
    evaluate((name) => modules[name], module, { origin: scripted.origin });
    const { Chat } = module.exports;
    if (Chat === undefined) throw new Error("the example exports no Chat");
    // React reads a form with that of its page.
    vi.stubGlobal("FormData", window.FormData);
    const { place } = await render(createElement(Chat));
    const input = place.querySelector("input");
    if (input === null) throw new Error("the example has no input");
    await act(async () => {
      input.value = "What would a provider get?";
      place.querySelector("form")?.requestSubmit();
    });
    await eventually(async () => {
      await act(async () => sleep(20));
      const shown = place.textContent;
      return shown.includes("assistant: ") && shown.includes("mirror") && !shown.includes("(not complete)");
    });
    expect(place.textContent).toContain("user: What would a provider get?");
  });
});

/** What the guide calls, with its session closed after the test. */
async function opening(...args: Parameters<typeof createSession>): Promise<Session> {
  return scripted.closing(await createSession(...args));
}

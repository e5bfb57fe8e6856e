// What the page asks of the service: in the order in which it was chosen, and of the session that it was chosen for.
import { createElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TimerForm } from "../../../src/web/parts/timer-form.tsx";
import { settle, type HttpAnswer } from "../client/world.ts";

import { ADA, openChat, placed, stubStorage, type Page } from "./page.ts";
import { openPart } from "./part-page.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

interface Call {
  readonly body: unknown;
  readonly answer: (answer: HttpAnswer) => void;
}

/** A page whose calls of one method are answered when the test says so. */
async function openSlow(slow: string): Promise<{ page: Page; calls: Call[] }> {
  stubStorage();
  const page = await openChat();
  const calls: Call[] = [];
  page.world.http = (method, path, body) =>
    method === slow && path !== "/v1/sessions"
      ? new Promise((answer) => calls.push({ body, answer }))
      : page.service.http(method, path);
  return { page, calls };
}

const changed = ({ service }: Page, change: object): HttpAnswer => {
  return { status: 200, body: { burn: { ...service.burn, ...change }, deadlines: service.deadlines() } };
};

async function startAnew(page: Page): Promise<void> {
  void page.chat.leave();
  page.world.socket.drop(1000);
  await placed(page, "over");
  page.chat.reset();
  await page.chat.start(ADA, null);
}

describe("[PAGE1] an answer for a session that the page has no more", () => {
  it("changes no timer of the next one, and what waited behind it is asked of neither", async () => {
    const { page, calls } = await openSlow("PATCH");
    void page.chat.calls.changeBurn({ idle: 300 });
    const second = page.chat.calls.changeBurn({ empty: 60 });
    await settle();
    expect(calls).toHaveLength(1);
    await startAnew(page);
    calls[0]?.answer(changed(page, { idle: 300 }));
    expect(await second).toEqual(expect.any(String));
    expect(calls).toHaveLength(1);
    expect(page.chat.store.get().burn).toMatchObject({ idle: null, empty: null });
    void page.chat.calls.changeBurn({ idle: 600 });
    await settle();
    expect(calls).toHaveLength(2);
  });

  it("[PAGE2] puts no link with the room key into a page that was emptied", async () => {
    const { page, calls } = await openSlow("POST");
    const minting = page.chat.calls.invite({});
    await settle();
    page.chat.panic();
    calls[0]?.answer(page.service.http("POST", "/v1/sessions/x/invites"));
    await minting;
    expect(page.chat.store.get()).toMatchObject({ place: "burning", invites: [] });
  });
});

describe("[PAGE1] two timers that are chosen quickly", () => {
  it("are asked for one after the other, and neither is shown as it was before until both are answered", async () => {
    const { page, calls } = await openSlow("PATCH");
    const { chat } = page;
    const { place, drawn, choose, close } = await openPart(chat, () => {
      const { burn } = chat.store.get();
      if (burn === null) throw new Error("no policy");
      return createElement(TimerForm, { burn });
    });
    const shown = (): unknown[] =>
      [...place.querySelectorAll("select")].map((each) => each.selectedOptions[0]?.textContent);
    await choose("After silence of", "5 minutes");
    await choose("After everyone left", "1 hour later");
    expect(calls.map(({ body }) => body)).toEqual([{ idle: 300 }]);
    expect(shown()).toEqual(["5 minutes", "1 hour later", "Off"]);
    calls[0]?.answer(changed(page, { idle: 300 }));
    await drawn();
    expect(calls[1]?.body).toEqual({ empty: 3_600 });
    expect(shown()).toEqual(["5 minutes", "1 hour later", "Off"]);
    calls[1]?.answer({ status: 503 });
    await drawn();
    expect(shown()).toEqual(["5 minutes", "Off", "Off"]);
    close();
  });
});

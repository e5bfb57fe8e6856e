// Links, reloads and tabs: what a person comes by, and what comes back.
import { describe, expect, it } from "vitest";
import { storedBy } from "./support/page-watch.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

describe("[PAGE3] the link", () => {
  it("leaves the address bar before anything happens, and opening it joins nothing", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const link = await ada.invite();
    // Previews, scanners and the curious: the invite has one use, and it is still there afterwards.
    for (let look = 0; look < 3; look += 1) {
      const preview = await world.open(link);
      await preview.button("Join the chat").waitFor();
      expect(preview.page.url()).toBe(`${world.origin}/`);
      expect(preview.watch.sockets).toBe(0);
      expect(preview.watch.requests.filter((url) => url.includes("/v1/"))).toEqual([]);
    }
    expect((await fetch(link)).status).toBe(200);
    const bob = await world.open(link);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    const late = await world.open(link);
    await late.page.getByLabel("Your name in this chat").fill("Late");
    await late.button("Join the chat").click();
    await late.page
      .getByRole("alert")
      .getByText(/invite/i)
      .waitFor();
  });

  it.each(["#ghost1.abc", "#nonsense", "#"])("a link that is none says so: %s", async (fragment) => {
    const page = await world.open(world.origin + "/" + fragment);
    if (fragment !== "#") await page.page.getByRole("alert").waitFor();
    await page.button("Start a chat").waitFor();
    expect(page.page.url()).toBe(`${world.origin}/${fragment === "#" ? "#" : ""}`);
  });
});

describe("[PAGE4] reloading", () => {
  it("asks before it ends one's part; without the switch nothing comes back", async () => {
    const { ada, bob } = await world.pair();
    const asked = new Promise((resolve) => {
      bob.page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.accept();
      });
    });
    await bob.page.reload();
    expect(await asked).toBe("beforeunload");
    await bob.button("Start a chat").waitFor();
    await ada.page.getByText("Bob left.").waitFor();
  });

  it("with the switch the same person comes back, and the burn takes the residue along", async () => {
    const { ada, bob } = await world.pair();
    await bob.say("before");
    await ada.hears("before");
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    await bob.page.getByText("Your access, your name and the room's key are in this tab's storage").waitFor();
    expect(await storedBy(bob.page)).toEqual(["sessionStorage ghost-session.stay"]);
    bob.page.on("dialog", (dialog) => void dialog.accept());
    await bob.page.reload();
    await bob.page.getByText("The page was loaded anew.").waitFor();
    await bob.page.getByText("You and Ada").waitFor();
    await bob.say("after");
    await ada.hears("after");
    expect(await ada.page.getByText("You and Bob").count()).toBe(1);
    await ada.burn();
    await bob.isBurned();
    expect(await storedBy(bob.page)).toEqual([]);
  });

  it("a second tab that the switch let in is the same person; closing one leaves the other", async () => {
    const { ada, bob } = await world.pair();
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    await bob.button("Close").click();
    const opening = bob.page.context().waitForEvent("page");
    // A tab that a page opens begins with a copy of its storage, as a duplicated one does.
    await bob.page.evaluate(() => void open("/"));
    const second = await opening;
    await second.getByText("You and Ada").waitFor();
    await second
      .getByLabel("Message to the people here")
      .or(second.getByLabel("Question to the assistant"))
      .waitFor();
    await second.getByRole("button", { name: "People", exact: true }).click();
    await second.getByLabel("Message to the people here").fill("from the other tab");
    await second.getByRole("button", { name: "Send" }).click();
    await ada.hears("from the other tab");
    await bob.page.locator(".message.own", { hasText: "from the other tab" }).waitFor();
    await second.close();
    await bob.say("still here");
    await ada.hears("still here");
    expect(await ada.page.getByText("You and Bob").count()).toBe(1);
  });

  it("a network that fails while coming back takes nothing away: one can go back, or forget", async () => {
    const { ada, bob } = await world.pair();
    bob.watch.foresee(/Failed to load resource/);
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    bob.page.on("dialog", (dialog) => void dialog.accept());
    await bob.page.route("**/.well-known/jwks.json", (route) => route.abort());
    await bob.page.reload();
    await bob.page.getByText("The service could not be reached.").waitFor();
    expect(await storedBy(bob.page)).toEqual(["sessionStorage ghost-session.stay"]);
    await bob.page.unroute("**/.well-known/jwks.json");
    await bob.button("Go back to it").click();
    await bob.page.getByText("You and Ada").waitFor();
    await bob.say("back");
    await ada.hears("back");
    await bob.page.route("**/.well-known/jwks.json", (route) => route.abort());
    await bob.page.reload();
    await bob.button("Forget it").click();
    await bob.button("Forget it").waitFor({ state: "detached" });
    expect(await storedBy(bob.page)).toEqual([]);
  });

  it("an invite in a tab that keeps access says that joining forgets it", async () => {
    const { bob } = await world.pair();
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    const other = await world.open();
    await other.start("Cy");
    const link = await other.invite();
    bob.page.on("dialog", (dialog) => void dialog.accept());
    // The fragment alone would be a change within the page.
    await bob.page.goto("about:blank");
    await bob.page.goto(link);
    await bob.page.getByText("This tab keeps your access to an earlier chat", { exact: false }).waitFor();
    await bob.join("Bob");
    expect(await storedBy(bob.page)).toEqual([]);
  });

  it("leaving says beside its button that it is for good, and it is", async () => {
    const { ada, bob, link } = await world.pair();
    await ada.say("the canary sings");
    await bob.hears("the canary sings");
    await bob.button("Session").click();
    const leave = bob.button("Leave");
    const said = await leave.evaluate((button) =>
      (button.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent)
        .join(" "),
    );
    expect(said).toBe("Leaving is for good: your key and everything that was said are gone from this page.");
    await bob.page.getByText(said).waitFor();
    await leave.click();
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    expect(await bob.page.locator("body").textContent()).not.toContain("canary");
    expect(await bob.page.getByRole("alert").count()).toBe(0);
    await ada.page.getByText("Bob left.").waitFor();
    await bob.button("Start another chat").click();
    expect(await bob.button("Go back to it").count()).toBe(0);
    // The way in was used up with the first joining.
    await bob.page.goto("about:blank");
    await bob.page.goto(link);
    await bob.page.getByLabel("Your name in this chat").fill("Bob");
    await bob.button("Join the chat").click();
    await bob.page.getByRole("alert").getByText("used as often as it allows").waitFor();
  });

  it("switched off again, or left, it forgets as well", async () => {
    const page = await world.open();
    await page.start("Ada");
    await page.button("Session").click();
    const stay = page.page.getByLabel("Stay through reloads in this tab");
    await stay.check();
    await stay.uncheck();
    expect(await storedBy(page.page)).toEqual([]);
    await stay.check();
    await page.button("Leave").click();
    await page.page.getByRole("heading", { name: "You left" }).waitFor();
    expect(await storedBy(page.page)).toEqual([]);
  });
});

// What a slip or a bad moment would take along is held, or told.
import { describe, expect, it } from "vitest";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

/** Whether the page keeps a browser from doing with it what browsers do. */
const isHeld = ({ page }: WebPage, selector: string, type: "file" | "link" | "text") =>
  page.evaluate(
    ([where, what]) => {
      const data = new DataTransfer();
      if (what === "file") data.items.add(new File(["a"], "a.txt", { type: "text/plain" }));
      else data.setData(what === "link" ? "text/uri-list" : "text/plain", "https://example.org/");
      return ["dragover", "drop"].every((type) => {
        const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
        return document.querySelector(where)?.dispatchEvent(event) === false;
      });
    },
    [selector, type] as const,
  );

describe("[PAGE5] what is dropped on the page", () => {
  it("does not take its place; text goes into a field as everywhere", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    for (const where of [".transcript", ".room-header", "textarea"]) {
      expect(await isHeld(ada, where, "file")).toBe(true);
      expect(await isHeld(ada, where, "link")).toBe(where !== "textarea");
    }
    expect(await isHeld(ada, "textarea", "text")).toBe(false);
  });
});

describe("[PAGE5] a burn that does not reach the service", () => {
  it("says so, and what to do", async () => {
    const ada = await world.open();
    ada.watch.foresee(/ERR_/);
    await ada.start("Ada");
    await ada.page.route("**/v1/sessions/**", (route) => route.abort());
    await ada.button("Burn").click();
    await ada.button("Burn it now").click();
    await ada.page
      .getByRole("alert")
      .getByText("The service could not be reached. Try again, or press")
      .waitFor();
    await ada.page.unroute("**/v1/sessions/**");
    await ada.button("Burn it now").click();
    await ada.isBurned();
  });
});

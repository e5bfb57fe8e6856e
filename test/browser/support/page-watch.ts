// What a page does besides showing something: whom it calls, what it complains about, and what it leaves behind in
// the browser. It looks from outside and changes nothing.
import type { Page } from "playwright-core";

export interface PageWatch {
  /** everything at the console that is a warning or worse, and every error that nobody caught; but what was foreseen */
  readonly problems: string[];
  /** what was foreseen and came */
  readonly foreseen: string[];
  /** address of every request and socket, in the order in which they began */
  readonly requests: string[];
  /** how many sockets the page has opened */
  readonly sockets: number;
  /** Lines of this kind are no problem, whether they came already or come late. */
  foresee(kind: RegExp): void;
  /** origins of all of these, each once; that of a socket as `http:` */
  origins(): string[];
}

/** Must be called before the page loads anything. */
export function watchPage(page: Page): PageWatch {
  const problems: string[] = [];
  const foreseen: string[] = [];
  const kinds: RegExp[] = [];
  const note = (line: string): void => {
    (kinds.some((kind) => kind.test(line)) ? foreseen : problems).push(line);
  };
  const requests: string[] = [];
  let sockets = 0;
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) note(message.text());
  });
  page.on("pageerror", ({ message }) => {
    note(message);
  });
  page.on("crash", () => problems.push("the page crashed"));
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => {
    sockets += 1;
    requests.push(socket.url());
  });
  return {
    problems,
    foreseen,
    requests,
    get sockets() {
      return sockets;
    },
    foresee: (kind) => {
      kinds.push(kind);
      for (const line of problems.splice(0)) note(line);
    },
    origins: () => [
      ...new Set(
        requests
          .filter((url) => !url.startsWith("data:"))
          .map((url) => new URL(url.replace(/^ws/, "http")).origin),
      ),
    ],
  };
}

/** Names of whatever the page's origin keeps in this browser. Nothing should be there. */
export async function storedBy(page: Page): Promise<string[]> {
  const inPage = await page.evaluate(async () => {
    // The standard's own types do not know yet that a directory can be iterated.
    const files = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
    const found = [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name ?? ""}`),
      ...(await caches.keys()).map((key) => `cache ${key}`),
      ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => `service worker ${scope}`),
    ];
    for await (const name of files.keys()) found.push(`file ${name}`);
    if (history.state !== null) found.push("history state");
    if (window.name !== "") found.push("window name");
    return found;
  });
  const cookies = await page.context().cookies();
  return [...inPage, ...cookies.map(({ name }) => `cookie ${name}`)];
}

/** Tokens that the service gives this page, from now on. */
export function ownTokensOf(page: Page): string[] {
  const tokens: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload !== "string") return;
      const token = /"token":"([^"]+)"/.exec(payload)?.[1];
      if (token !== undefined) tokens.push(token);
    }),
  );
  return tokens;
}

// Invite links: one form, secrets in the fragment only, and a clear error for each way to spoil one.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  createSession,
  GhostError,
  joinSession,
  makeInviteLink,
  parseInviteLink,
} from "../../../src/client/index.ts";
import { toBase64Url } from "../../../src/crypto/bytes.ts";
import { compactJws, fakeBytes } from "../crypto/fake-keys.ts";
import { FakeService, JWK, SERVICE, SESSION, THUMBPRINT, worldOf } from "./fake-service.ts";

const invite = {
  service: SERVICE,
  session: SESSION,
  token: compactJws({ a: 1 }, { b: 2 }, fakeBytes(5)),
  roomKey: fakeBytes(7),
  identity: THUMBPRINT,
};
const LINK = makeInviteLink(invite);

function codeOf(link: string): string {
  try {
    parseInviteLink(link);
    return "none";
  } catch (error) {
    if (!(error instanceof GhostError)) throw error;
    return error.code;
  }
}

describe("[LINK1] a link", () => {
  it("comes back as it was, with every secret in its fragment and nothing before it", () => {
    expect(parseInviteLink(LINK)).toEqual(invite);
    const [head] = LINK.split("#");
    expect(head).toBe(`${SERVICE}/`);
    expect(parseInviteLink(makeInviteLink(invite, `${SERVICE}/chat?lang=en#old`))).toEqual(invite);
    expect(parseInviteLink(`  ${LINK}\n`)).toEqual(invite);
  });

  it.each([
    ["", "misuse"],
    ["/chat", "misuse"],
    ["no address", "misuse"],
    ["javascript:alert(1)", "misuse"],
    ["http://ghost.test/chat", "link_insecure"],
  ])("is not made for the page %j: %s", (page, code) => {
    expect(() => makeInviteLink(invite, page)).toThrow(expect.objectContaining({ name: "GhostError", code }));
  });

  it("is https, or http on this machine", () => {
    for (const host of ["localhost:8787", "127.0.0.1:1", "[::1]"]) {
      expect(parseInviteLink(LINK.replace(SERVICE, `http://${host}`)).service).toBe(`http://${host}`);
    }
    expect(codeOf(LINK.replace("https:", "http:"))).toBe("link_insecure");
  });
});

describe("[LINK2] a spoiled link", () => {
  it("cut off anywhere in its fragment is called truncated", () => {
    for (let length = LINK.indexOf("#"); length < LINK.length; length++) {
      expect(codeOf(LINK.slice(0, length)), String(length)).toBe("link_truncated");
    }
  });

  it("of another form is called malformed", () => {
    const fields = LINK.split("#")[1]?.split(".") ?? [];
    const swap = (at: number, text: string) => `${SERVICE}/#${fields.with(at, text).join(".")}`;
    for (const link of [
      "",
      "hello",
      "mailto:a@b.c",
      `${SERVICE}/#other.${fields.slice(1).join(".")}`,
      `${LINK}.more`,
      `${LINK}#more`,
      swap(1, "x"),
      swap(1, SESSION.toUpperCase()),
      swap(2, toBase64Url(new Uint8Array(31))),
      swap(3, "é"),
      swap(6, `${THUMBPRINT}A`),
      "x".repeat(5_000),
    ]) {
      expect(codeOf(link), link).toBe("link_malformed");
    }
  });

  it("of any kind throws nothing but our error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true })), (text) => {
        expect(["link_malformed", "link_truncated", "link_insecure"]).toContain(codeOf(text));
      }),
    );
  });
});

describe("[LINK3] the deployment", () => {
  it("whose identity is not the one that the link names is not connected to", async () => {
    const world = worldOf(new FakeService());
    const link = makeInviteLink({ ...invite, identity: toBase64Url(fakeBytes(9)) });
    const joined = joinSession(link, { environment: world.environment });
    await expect(joined).rejects.toMatchObject({ code: "wrong_deployment" });
    expect(world.sockets).toEqual([]);
  });

  it("is not believed what its keys are called", async () => {
    const world = worldOf(new FakeService());
    const kid = toBase64Url(fakeBytes(9));
    world.http = () => ({ status: 200, body: { keys: [{ ...JWK, kid }] } });
    const joined = joinSession(makeInviteLink({ ...invite, identity: kid }), {
      environment: world.environment,
    });
    await expect(joined).rejects.toMatchObject({ code: "wrong_deployment" });
  });

  it("may be pinned by the creator, too", async () => {
    const { environment } = worldOf(new FakeService());
    const session = await createSession({ service: SERVICE, identity: THUMBPRINT, environment });
    expect(session.identity).toBe(THUMBPRINT);
    session.close();
    const other = createSession({ service: SERVICE, identity: toBase64Url(fakeBytes(9)), environment });
    await expect(other).rejects.toMatchObject({ code: "wrong_deployment" });
    await expect(createSession({ service: SERVICE, identity: "x", environment })).rejects.toMatchObject({
      code: "misuse",
    });
    await expect(createSession({ service: "http://example.org", environment })).rejects.toMatchObject({
      code: "link_insecure",
    });
  });
});

describe("[SDK6] what cannot work is refused before anything is sent", () => {
  it("a platform without WebSocket or without Web Crypto, and a page that is none", async () => {
    const { environment } = worldOf(new FakeService());
    const refused = (options: object) => createSession({ service: SERVICE, ...options });
    for (const missing of ["WebSocket", "fetch"]) {
      vi.stubGlobal(missing, undefined);
      await expect(refused({})).rejects.toMatchObject({ code: "platform_unsupported" });
      await expect(joinSession(LINK)).rejects.toMatchObject({ code: "platform_unsupported" });
      vi.unstubAllGlobals();
    }
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    await expect(refused({ environment })).rejects.toMatchObject({ code: "platform_unsupported" });
    vi.unstubAllGlobals();
    await expect(refused({ environment, page: "javascript:alert(1)" })).rejects.toMatchObject({
      code: "misuse",
    });
    await expect(refused({ environment, page: "http://example.org" })).rejects.toMatchObject({
      code: "link_insecure",
    });
  });
});

describe("[SDK10] HTTP answers are held against the schemas", () => {
  it("a refusal becomes its code; anything else is internal; no text of the service gets through", async () => {
    const cases = [
      [
        {
          status: 422,
          body: {
            type: "about:blank",
            title: "<script>",
            status: 422,
            code: "out_of_bounds",
            retryable: false,
          },
        },
        "out_of_bounds",
      ],
      [{ status: 500, body: "secret stack" }, "internal"],
      [{ status: 201, body: { id: "../../x" } }, "internal"],
      [{ status: 201, body: "x".repeat(100_000) }, "internal"],
      [null, "unreachable"],
    ] as const;
    for (const [answer, code] of cases) {
      const service = new FakeService();
      const world = worldOf(service);
      world.http = (method, path) => (path === "/v1/sessions" ? answer : service.http(method, path));
      const created = createSession({ service: SERVICE, environment: world.environment });
      await expect(created).rejects.toMatchObject({ name: "GhostError", code });
      await created.catch((error: unknown) => {
        expect(String(error)).not.toMatch(/script|secret/);
      });
    }
  });
});

// Types of the Worker under test, for `cloudflare:workers`.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("../../../src/index.ts");
  }
  interface Env extends Omit<import("../../../src/env.ts").Env, "TOKEN_SECRET" | "IDENTITY_KEY"> {
    readonly TOKEN_SECRET: string;
    readonly IDENTITY_KEY: string;
  }
}

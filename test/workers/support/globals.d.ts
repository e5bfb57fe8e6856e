// Types of the Worker under test, for `cloudflare:workers`.
import type { Env as ServiceEnv } from "../../../src/env.ts";
import type * as MainModule from "../../../src/index.ts";

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof MainModule;
    }
    interface Env extends Omit<ServiceEnv, "TOKEN_SECRET" | "IDENTITY_KEY"> {
      readonly TOKEN_SECRET: string;
      readonly IDENTITY_KEY: string;
    }
  }
}

// Lint rules that hold the architecture: who may import whom, nothing logged, no promise left floating.
import tseslint from "typescript-eslint";

/** Layers and the folders of src/ that each may import from. Everything else is refused. */
const LAYERS = {
  protocol: [],
  crypto: ["protocol"],
  session: ["protocol", "crypto"],
  providers: ["protocol", "crypto", "session/assistant-port"],
  client: ["protocol", "crypto", "pii"],
  http: ["protocol", "crypto", "session", "providers", "env"],
  pii: ["protocol", "crypto"],
  web: ["client/index", "pii/load-browser", "\\.\\./dist/pii"],
  "web/parts": ["\\.\\./client/index", "[a-z]"],
  "web/state": ["\\.\\./client/index", "[a-z]"],
  cli: ["protocol", "crypto", "client", "local/secrets"],
  local: ["providers/configuration"],
  // Folders below a layer: a rule of their own, since their paths to the other layers climb once more.
  "crypto/channel": ["protocol"],
  "session/turns": ["protocol", "crypto"],
  "client/assistant": ["protocol", "crypto", "pii"],
  "client/ai-sdk": ["protocol"],
  "cli/chat": ["protocol", "client", "pii/load-node", "pii/types"],
  // The judge must not lean on the SDK, whose mistakes it would share.
  "cli/conform": ["protocol", "crypto"],
  "cli/conform/checks": ["protocol", "crypto"],
};

/** Layers that run anywhere: no module of a platform. */
const PLATFORM_FREE = [
  "protocol",
  "crypto",
  "crypto/channel",
  "session",
  "session/turns",
  "providers",
  "client",
  "client/assistant",
  "client/ai-sdk",
];

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            // An import that climbs out of the layer's own folder must lead into an allowed one.
            regex: `^${"\\.\\./".repeat(layer.split("/").length)}(?!${[...allowed, ...(layer === "http" ? ["\\.\\./durable-objects"] : [])].join("|") || "$^"})`,
            message: `src/${layer} may import from ${allowed.join(", ") || "nothing of ours"} only.`,
          },
          ...(PLATFORM_FREE.includes(layer)
            ? [{ regex: "^(cloudflare:|node:)", message: `src/${layer} is platform-free.` }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".wrangler/", "src/pii/engine/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          "./tsconfig.worker.json",
          "./tsconfig.node.json",
          "./tsconfig.pii.json",
          "./tsconfig.web.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-console": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // A handler that must return a promise may have nothing to await.
      "@typescript-eslint/require-await": "off",
      // The runtime's classes hold themselves together by what they extend.
      "@typescript-eslint/no-extraneous-class": "off",
    },
  },
  ...layerRules,
  {
    files: ["src/cli/**", "src/local/**", "scripts/**", "test/bench/**"],
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**"],
    rules: {
      // Spies and expectations take methods off their objects.
      "@typescript-eslint/unbound-method": "off",
      // Answers in tests are JSON of many forms.
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
    },
  },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  { files: ["**/*.mjs"], rules: { "no-console": "off" } },
);

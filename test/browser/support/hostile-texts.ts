// Texts that would run, fetch, or break out where a page takes words for markup. Each calls `pwned` if it runs.

import { exhausting } from "../../support/hostile-markdown.ts";

const CALL = "globalThis.pwned=1";

/** Short enough for a name: 48 characters in the page's own field. */
export const HOSTILE_NAMES: readonly string[] = [
  "<script>pwned=1</script>",
  "<img src=x onerror=pwned=1>",
  "<svg onload=pwned=1>",
  '"><b onmouseover=pwned=1>x</b>',
  "{{constructor.constructor('pwned=1')()}}",
  "javascript:pwned=1",
];

export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${CALL}</script>`,
  `<img src=x onerror="${CALL}">`,
  `<img src="https://evil.invalid/pixel.png">`,
  `<svg><script>${CALL}</script></svg>`,
  `<svg/onload=${CALL}>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<iframe src="javascript:parent.pwned=1"></iframe>`,
  `<a href="javascript:${CALL}">click</a>`,
  `<form action="https://evil.invalid"><input name=a autofocus onfocus="${CALL}"></form>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${CALL}">`,
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `<base href="https://evil.invalid/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.invalid/">`,
  `<link rel="stylesheet" href="https://evil.invalid/a.css">`,
  `<style>@import "https://evil.invalid/a.css"; * { background: url(https://evil.invalid/b) }</style>`,
  `<video poster="https://evil.invalid/p.png" src="https://evil.invalid/v.mp4" autoplay></video>`,
  `<object data="https://evil.invalid/"></object><embed src="https://evil.invalid/">`,
  `"><script>${CALL}</script>`,
  `\`\${${CALL}}\``,
  `{{constructor.constructor('${CALL}')()}}`,
  `__proto__ constructor hasOwnProperty toString`,
  `\u0000\u202e\u2066 reversed \ufeff`,
];

/** The same by way of Markdown. */
export const HOSTILE_MARKDOWN: readonly string[] = [
  ...HOSTILE_TEXTS,
  `[click](javascript:${CALL})`,
  `[click](JaVaScRiPt:${CALL})`,
  `[click](&#106;avascript:${CALL})`,
  `[click](\u0001javascript:${CALL})`,
  `[click](data:text/html;base64,PHNjcmlwdD5wd25lZD0xPC9zY3JpcHQ+)`,
  `[click](vbscript:msgbox(1))`,
  `[click](file:///etc/passwd)`,
  `[click](blob:https://evil.invalid/1)`,
  `[click](//evil.invalid/x)`,
  `![](https://evil.invalid/pixel.png)`,
  `![alt](javascript:${CALL})`,
  `![alt](data:image/svg+xml,<svg onload=${CALL}>)`,
  `[![](https://evil.invalid/pixel.png)](https://evil.invalid/)`,
  `<https://evil.invalid/auto> and https://evil.invalid/bare`,
  `[ref]: https://evil.invalid/ref "title\\" onmouseover=${CALL}"\n[ref]`,
  `[a](https://evil.invalid/ "x\\" onmouseover=\\"${CALL}")`,
  `\`\`\`html"><img src=x onerror=${CALL}>\n<script>${CALL}</script>\n\`\`\``,
  `| <img src=x onerror=${CALL}> | [b](javascript:${CALL}) |\n|---|---|\n| <script>${CALL}</script> | ![](https://evil.invalid/t.png) |`,
  `${">".repeat(400)} deep`,
  `${"[".repeat(2_000)}x${"]".repeat(2_000)}`,
  `${"*".repeat(1_000)}a${"*".repeat(1_000)}`,
  `${"- ".repeat(300)}x`,
  `[a [b](https://evil.invalid/b) c](https://evil.invalid/c)`,
  `[a https://evil.invalid/b c](https://evil.invalid/c)`,
  ...exhausting(200).map(([, text]) => text),
];

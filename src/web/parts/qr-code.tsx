// A link as a picture for a camera. Always dark on light, also at night: scanners need it so.
import { useMemo } from "react";
import { encode } from "uqr";

/** characters; what the largest code (version 40, level L) holds is 2,953 bytes, and our links are under 900. */
const MAX_CODE_CHARS = 2_900;

export function QrCode({ text }: { readonly text: string }) {
  const code = useMemo(() => (text.length > MAX_CODE_CHARS ? null : draw(text)), [text]);
  if (code === null) return <p className="hint">The link is too long for a QR code.</p>;
  const { size, path } = code;
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      role="img"
      aria-label="QR code of the invite link"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#111" />
    </svg>
  );
}

function draw(text: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(text, { ecc: "L", border: 3 });
  const path = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])),
  );
  return { size, path: path.join("") };
}

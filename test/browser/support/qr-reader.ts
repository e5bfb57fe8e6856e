// Reads a QR code as a camera would: from a picture, by a decoder that knows nothing of whoever drew it.
import jsQR from "jsqr";
import type { Page } from "playwright-core";

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, as base64 */
  readonly data: string;
}

/** The text of the code in a PNG; null where there is none. `page`: any, whose browser unpacks the picture. */
export async function readQrCode(page: Page, png: Buffer): Promise<string | null> {
  const { data, width, height } = await page.evaluate(unpack, png.toString("base64"));
  const pixels = new Uint8ClampedArray(Buffer.from(data, "base64"));
  // Cameras of phones find dark on light; not all of them look for the inverse.
  return jsQR(pixels, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;
}

// Runs in the page.
async function unpack(png: string): Promise<Pixels> {
  const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  if (context === null) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return { data: btoa(text), width, height };
}

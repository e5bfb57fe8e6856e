// The public surface of `ghost-session/pii`. Platform-free: load the compiled engine with one of the loaders and pass it in.
export {
  createDetector,
  type DetectedSegment,
  type DetectorOptions,
  MAX_TEXT_UNITS,
  type PiiDetector,
  type PiiSpan,
  PiiTextTooLongError,
} from "./detector.ts";
export { createDetectStream, type DetectStream } from "./detect-stream.ts";
export { createFormatPreserver, FormatDomainError, type FormatPreserver } from "./format-preserving.ts";
export { type LiteralRule } from "./literals.ts";
export { NEVER, type PiiProfile } from "./profiles.ts";
export {
  createRedactStream,
  redact,
  type RedactedSpan,
  type RedactOptions,
  type RedactResult,
  type RedactStream,
} from "./redact.ts";
export {
  createMessageScan,
  type MessageScan,
  type Replacement,
  type ScannedMessage,
  type ScanOptions,
  type ScanResult,
} from "./scan-messages.ts";
export { createRestoreStream, restore, type RestoredPlace, type RestoreStream } from "./restore.ts";
export { type ShapedPlace, type ShapeOptions } from "./shapes.ts";
export { PII_FAMILY, PII_TYPES, type PiiFamily, type PiiType } from "./types.ts";
export { type TokenMatch } from "./tokens.ts";
export {
  createVault,
  type HeldValue,
  MAX_VAULT_ENTRIES,
  type PiiVault,
  PiiVaultFullError,
  type VaultOptions,
} from "./vault.ts";
export { type WebAssemblyModule } from "./wasm-types.ts";

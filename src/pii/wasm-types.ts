// The few WebAssembly types that Node, browsers and Workers share, so that platform-free code needs no platform's type library.
// Instantiation happens here and with no imports at all: the engine can reach nothing.

/** A compiled WebAssembly module. Opaque: the loaders make it, the detector takes it. */
export type WebAssemblyModule = object;

/** What the engine exports. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  inputOffset(): number;
  inputCapacity(): number;
  segmentUnits(): number;
  thresholdsOffset(): number;
  outputOffset(): number;
  ready(): number;
  /** -1 where there are more candidates than room for them. */
  scan(bytes: number): number;
  wipe(): void;
}

interface WebAssemblyGlobal {
  Instance: new (module: WebAssemblyModule, imports: object) => { readonly exports: unknown };
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssemblyModule>;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** The platform's WebAssembly object. */
export function platformWebAssembly(): WebAssemblyGlobal {
  return (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly;
}

export function instantiateEngine(module: WebAssemblyModule): EngineExports {
  const wasm = platformWebAssembly();
  return new wasm.Instance(module, {}).exports as EngineExports;
}

// The smallest module that uses a SIMD instruction: validation alone tells whether the runtime knows it.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/** Whether this runtime can run the SIMD build. */
export function supportsSimd(): boolean {
  return platformWebAssembly().validate(SIMD_PROBE);
}

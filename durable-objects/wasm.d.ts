// What a bundler for Workers makes of an imported WebAssembly file: the compiled module.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

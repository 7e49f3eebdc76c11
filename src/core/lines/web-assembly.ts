// What is used of WebAssembly: its types come with the DOM's, which a daemon has not.

interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** @throws Error where this Node runs without it. */
export function webAssembly(): WebAssemblyApi {
  const { WebAssembly: api } = globalThis as { WebAssembly?: unknown };
  if (api === undefined) throw new Error("Cannot use SIMD: this Node runs without WebAssembly");
  return api as WebAssemblyApi;
}

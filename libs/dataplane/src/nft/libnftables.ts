/** An `nft_ctx`: a connection to the kernel with its settings and buffers. */
export type NftContext = bigint;

/** The functions of libnftables that are used here; all but `run.async` block. */
export interface Libnftables {
  newContext(): NftContext | null;
  freeContext(context: NftContext): void;
  /** Runs commands as one transaction; 0 when the kernel took it. */
  run(context: NftContext, text: string): number;
  /** The same on another thread. */
  runAside(context: NftContext, text: string): Promise<number>;
  setOutputFlags(context: NftContext, flags: number): void;
  /** What the last command wrote. */
  outputOf(context: NftContext): string;
  /** What the last command complained about. */
  errorsOf(context: NftContext): string;
}

/** `NFT_CTX_DEFAULT` of `<nftables/libnftables.h>`. */
const DEFAULT_FLAGS = 0;

/**
 * Loads the shared library into this process, through koffi. Only here, so that neither is needed by whoever merely renders rules.
 * @throws when koffi or the library is not there.
 */
export async function loadLibnftables(): Promise<Libnftables> {
  const koffi = await import('koffi');
  const library = koffi.load('libnftables.so.1');
  const newContext = library.func('void *nft_ctx_new(uint32_t flags)');
  const freeContext = library.func('void nft_ctx_free(void *ctx)');
  const run = library.func('int nft_run_cmd_from_buffer(void *ctx, const char *text)');
  const setOutputFlags = library.func('void nft_ctx_output_set_flags(void *ctx, unsigned int flags)');
  const bufferOutput = library.func('int nft_ctx_buffer_output(void *ctx)');
  const bufferErrors = library.func('int nft_ctx_buffer_error(void *ctx)');
  const outputOf = library.func('const char *nft_ctx_get_output_buffer(void *ctx)');
  const errorsOf = library.func('const char *nft_ctx_get_error_buffer(void *ctx)');
  return {
    newContext() {
      const context: NftContext | null = newContext(DEFAULT_FLAGS);
      if (context && bufferOutput(context) === 0 && bufferErrors(context) === 0) return context;
      if (context) freeContext(context);
      return null;
    },
    freeContext: (context) => void freeContext(context),
    run: (context, text) => run(context, text),
    runAside: (context, text) =>
      new Promise((resolve, reject) => {
        run.async(context, text, (error: unknown, result: number) => (error ? reject(error) : resolve(result)));
      }),
    setOutputFlags: (context, flags) => void setOutputFlags(context, flags),
    outputOf: (context) => outputOf(context),
    errorsOf: (context) => errorsOf(context),
  };
}

// What may be sent to a device or deployed, in bytes of gzip. The size script and the package's tests hold these.

/** bytes of gzip; a thin entry Worker starts fast and leaves room for the WebAssembly engine beside it. */
export const WORKER_BUDGET_BYTES = 80 * 1024;
/** bytes of gzip; a chat page should not wait for its SDK. What it loads before anybody asks an assistant. */
export const SDK_BUDGET_BYTES = 40 * 1024;
/** bytes of gzip; the same once an assistant was asked: the channel's cryptography is loaded then. */
export const SDK_WITH_CHANNEL_BUDGET_BYTES = 70 * 1024;
/** the module that the SDK loads with the first question */
export const CHANNEL_MODULE = /client\/assistant\/channel\.js$/;
/** bytes of gzip; what a page loads of the PII engine besides the compiled module. The last two kilobytes are for
 * comparing values in every spelling, for numbers of the same shape, for segments with too many candidates and for joining
 * what is found with what is denied. */
export const PII_BUDGET_BYTES = 14 * 1024;
/** bytes of gzip; one of the two compiled modules, which a page loads when it first needs it. */
export const PII_ENGINE_BUDGET_BYTES = 144 * 1024;
/** bytes of gzip; the chat page's first load, each file by itself as it is transferred. */
export const PAGE_BUDGET_BYTES = 150 * 1024;

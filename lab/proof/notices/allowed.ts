/** `maxStalenessSeconds` of the lenient route. */
export const ALLOWED_SECONDS = 2

/** Replaces the output of `build/console-plugin.ts`, which contains no mutant. */
export const page =
  '<html lang="en" data-registration="" data-providers="" data-password-min-length="" data-base-path=""><link href="/assets/a.css"></html>'
export const catalogues = { en: 'en.js', de: 'de.js' }
export const assets = {}
export const openapi = { type: 'application/json', etag: '', brotli: '' }
export const docs = openapi

/** In the place of what `build/console-plugin.ts` makes: no mutant is in it. */
export const page = '<html data-registration="" data-password-min-length=""></html>'
export const assets = {}

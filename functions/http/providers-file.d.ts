/** `build/providers-plugin.ts` generates this module: the providers' file when the function was bundled. */
declare module 'coatcheck:providers' {
  const file: unknown
  export default file
}

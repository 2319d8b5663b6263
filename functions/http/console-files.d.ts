/** Made by `build/console-plugin.ts` while the function is bundled. */
declare module 'coatcheck:console' {
  /** The page, with the assets' names in it and a place for its settings. */
  export const page: string
  /** By their names, which change with what is in them. */
  export const assets: Readonly<Record<string, { readonly type: string; readonly brotli: string } | undefined>>
}

/** `build/console-plugin.ts` generates this module when the function is bundled. */
declare module 'coatcheck:console' {
  /** The page, with the names of its assets and placeholders for its settings. */
  export const page: string
  /** The name of each language's catalogue, by its code. */
  export const catalogues: Readonly<Record<string, string>>
  /** The assets by name; each name has a hash of the content. */
  export const assets: Readonly<Record<string, { readonly type: string; readonly brotli: string } | undefined>>
  /** The description of the API, and the same as a page. */
  export const openapi: TaggedFile
  export const docs: TaggedFile
  interface TaggedFile {
    readonly type: string
    readonly etag: string
    readonly brotli: string
  }
}

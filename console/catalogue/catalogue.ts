import type { ErrorCode } from '../../client/index.ts'
import type { en } from './en.ts'
import type { enDesk } from './en-desk.ts'

/** Every string of the console for one language. A translation that lacks one, or has one too many, does not compile. */
export type Catalogue = typeof en & {
  /** English shows the service's own sentences unless the console has a better one. */
  readonly problems: Readonly<Partial<Record<ErrorCode, string>>>
}

/** A translation: the service's sentences are English, so that it needs one for each code. */
export type Translation = Catalogue & { readonly problems: Readonly<Record<ErrorCode, string>> }

export type DeskCatalogue = typeof enDesk

import type { Catalogue } from './catalogue/catalogue.ts'
import { language } from './page-language.ts'

const CATALOGUES = {
  en: async () => (await import('./catalogue/en.ts')).en,
  de: async () => (await import('./catalogue/de.ts')).de,
}

/** The strings of the page, in its language. A browser loads one catalogue only. */
export const text: Catalogue = await CATALOGUES[language]()

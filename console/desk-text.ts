import type { DeskCatalogue } from './catalogue/catalogue.ts'
import { language } from './page-language.ts'

const CATALOGUES = {
  en: async () => (await import('./catalogue/en-desk.ts')).enDesk,
  de: async () => (await import('./catalogue/de-desk.ts')).deDesk,
}

/** The strings of the administrators' pages, in the page's language. */
export const deskText: DeskCatalogue = await CATALOGUES[language]()

/** The languages that the console is translated to. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The page's `<html>` element; absent where a test runs without a page. */
const { document } = globalThis as { document?: { documentElement: { lang: string } } }

/** The language of the page, which the service has chosen from its settings and the browser's preferences. */
export const language: Language = LANGUAGES.find((each) => each === document?.documentElement.lang) ?? 'en'

/** The page's language with the region of the browser, such as `en-GB`, for dates and numbers. */
export const locale = (globalThis.navigator?.languages ?? []).find((each) => each.startsWith(language)) ?? language

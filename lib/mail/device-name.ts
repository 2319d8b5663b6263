import type { MailLocale } from './mail-message.ts'

// cspell:ignore unter Unbekanntes Gerät

const WORDS: Readonly<Record<MailLocale, { readonly on: string; readonly unknown: string }>> = {
  en: { on: 'on', unknown: 'Unknown device' },
  de: { on: 'unter', unknown: 'Unbekanntes Gerät' },
}
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]
const PROGRAM = /^[\w.-]{1,40}/

/**
 * Names a device by its user agent, such as `Firefox on Linux`: without versions, so that an update makes no new device.
 * Clients choose the header freely: the name proves nothing.
 */
export function deviceName(userAgent: string, locale: MailLocale = 'en'): string {
  const nameIn = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [nameIn(BROWSERS), nameIn(SYSTEMS)]
  const { on, unknown } = WORDS[locale]
  if (browser) return system ? `${browser} ${on} ${system}` : browser
  return PROGRAM.exec(userAgent)?.[0] ?? unknown
}

import Bowser from 'bowser'
import { text } from './text.ts'

export type DeviceKind = 'computer' | 'phone' | 'program' | 'unknown'

/** What people know a session by: the label it was given, or the device in words. */
export function nameOf({ label, userAgent }: { label?: string; userAgent: string }): string {
  return label?.trim() || describeDevice(userAgent).words
}

/** A user agent in words people use of their devices, and what to draw for it. It is what a client says of itself. */
export function describeDevice(userAgent: string): { words: string; kind: DeviceKind } {
  if (userAgent === '') return { words: text.device.unknown, kind: 'unknown' }
  const { browser, os, platform } = Bowser.parse(userAgent)
  if (!browser.name) {
    const [product = ''] = /^[\w.-]+/.exec(userAgent) ?? []
    return product ? { words: product, kind: 'program' } : { words: text.device.unknown, kind: 'unknown' }
  }
  const system = platform.model ?? os.name
  const [major] = browser.version?.split('.') ?? []
  const named = [browser.name, major].filter(Boolean).join(' ')
  return {
    words: system ? text.device.on(named, system) : named,
    kind: platform.type === 'mobile' || platform.type === 'tablet' ? 'phone' : 'computer',
  }
}

import Bowser from 'bowser'
import { text } from './text.ts'

export type DeviceKind = 'computer' | 'phone' | 'program' | 'unknown'

/** The name of a session in lists: its label, or its device. */
export function sessionName({ label, userAgent }: { label?: string; userAgent: string }): string {
  return label?.trim() || describeDevice(userAgent).name
}

/** A device's name and kind from its user agent. Clients choose that header freely: it proves nothing. */
export function describeDevice(userAgent: string): { name: string; kind: DeviceKind } {
  if (userAgent === '') return { name: text.device.unknown, kind: 'unknown' }
  const { browser, os, platform } = Bowser.parse(userAgent)
  if (!browser.name) {
    const [product = ''] = /^[\w.-]+/.exec(userAgent) ?? []
    return product ? { name: product, kind: 'program' } : { name: text.device.unknown, kind: 'unknown' }
  }
  const system = platform.model ?? os.name
  const [major] = browser.version?.split('.') ?? []
  const nameAndVersion = [browser.name, major].filter(Boolean).join(' ')
  return {
    name: system ? text.device.on(nameAndVersion, system) : nameAndVersion,
    kind: platform.type === 'mobile' || platform.type === 'tablet' ? 'phone' : 'computer',
  }
}

import type { Answer } from './call.ts'
import type { Item } from './item.ts'
import type { Seen } from './seen.ts'

// Texts that equal states have in common.

const texts = new WeakMap<object, string>()

/** A text that equal values have in common, whatever the order of their attributes. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  let text = texts.get(value)
  if (text !== undefined) return text
  text = ''
  if (Array.isArray(value)) for (const each of value) text += `${textOf(each)},`
  else {
    const names = Object.keys(value)
    for (const name of names.length > 1 ? names.sort() : names) text += `${name}:${textOf((value as Item)[name])},`
  }
  text = `{${text}}`
  texts.set(value, text)
  return text
}

/** Only items have texts that are kept: the rest is made anew for each state. */
export const textOfAnswer = ({ item, old, saw, applied, repeated, lost }: Answer) =>
  `${textOf(item ?? old)}${saw ? freshText(saw) : ''}${applied}${repeated}${lost}`
function freshText(value: object): string {
  let text = ''
  for (const name of Object.keys(value).sort()) text += `${name}:${textOf((value as Item)[name])},`
  return text
}
export function textOfSeen(seen: Seen): string {
  let text = ''
  for (const [name, value] of Object.entries(seen))
    text += Array.isArray(value)
      ? `${name}[${value.map(textOf)}]`
      : typeof value === 'object'
        ? `${name}{${freshText(value)}}`
        : `${name}${value}`
  return text
}

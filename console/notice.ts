import { signal } from '@preact/signals'

/** The latest event as a sentence, shown until the user closes it or the next one replaces it. */
export const notice = signal('')

export function showNotice(sentence: string): void {
  notice.value = sentence
}

export const clearNotice = () => showNotice('')

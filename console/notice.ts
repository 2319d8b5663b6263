import { signal } from '@preact/signals'

/** The last thing that happened, in a sentence, until people dismiss it or the next one comes. */
export const notice = signal('')

export function say(sentence: string): void {
  notice.value = sentence
}

import { signal } from '@preact/signals'

export interface Notice {
  readonly sentence: string
  /** The id of the session that the sentence is about and that the page can show. */
  readonly sessionId?: string | undefined
}

/** The latest event, shown until it has been read, the user closes it or the next one replaces it. */
export const notice = signal<Notice | undefined>(undefined)

const LEAST_MS = 8000
const MS_PER_CHARACTER = 90

/** How long a sentence stays: as long as slow readers need, and long enough to reach its button. */
export const readingTimeMs = ({ sentence }: Notice) => Math.max(LEAST_MS, sentence.length * MS_PER_CHARACTER)

export function showNotice(sentence: string, sessionId?: string): void {
  notice.value = sentence === '' ? undefined : { sentence, sessionId }
}

export const clearNotice = () => showNotice('')

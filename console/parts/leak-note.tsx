import { useSignal } from '@preact/signals'
import { deskText } from '../desk-text.ts'
import { CopyButton } from './copy-button.tsx'

/** The instruction that refuses every session of before, for a leak of the tables. */
export function LeakNote() {
  const now = useSignal(new Date().toISOString().replace(/\.\d+Z$/, 'Z')).value
  const { leakTitle, leak } = deskText.incident
  const instruction = `SESSIONS_NOT_BEFORE=${now}`
  return (
    <section class="card">
      <h2>{leakTitle}</h2>
      <p>{leak}</p>
      <p class="code shown-once">{instruction}</p>
      <CopyButton content={instruction} />
    </section>
  )
}

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { text } from '../text.ts'

type Views = typeof import('../desk.ts')

const views = signal<Views | undefined>(undefined)
const hasFailed = signal(false)

async function load(): Promise<void> {
  if (views.peek()) return
  hasFailed.value = false
  try {
    views.value = await import('../desk.ts')
  } catch {
    hasFailed.value = true // offline, or another release is deployed: its page names other files
  }
}

/** Shows one of the administrators' views, and loads their code first. */
export function Desk({ show }: { show: (views: Views) => ComponentChildren }) {
  useEffect(() => void load(), [])
  if (views.value) return show(views.value)
  if (!hasFailed.value) return <div class="card waiting" aria-busy="true" />
  return (
    <div class="card" role="alert">
      <p>{text.errors.noCode}</p>
      <button type="button" onClick={() => location.reload()}>
        {text.errors.reload}
      </button>
    </div>
  )
}

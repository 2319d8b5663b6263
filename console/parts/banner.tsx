import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { clearNotice, notice, readingTimeMs } from '../notice.ts'
import { outage } from '../service.ts'
import { text } from '../text.ts'
import { phase } from '../viewer.ts'

/** Notices and outages, at the end of the window: over the page, and in a place of their own at its end. */
export function Banner() {
  return (
    <div class="banner">
      <OutageNote />
      <div role="status">
        <NoticeNote />
      </div>
    </div>
  )
}

/** The latest notice. It leaves by itself, but not while the pointer or the focus is on it. */
function NoticeNote() {
  const held = useSignal(false)
  const current = notice.value
  useEffect(() => {
    if (!current || held.value) return
    const timer = setTimeout(clearNotice, readingTimeMs(current))
    return () => clearTimeout(timer)
  }, [current, held.value])
  if (!current) return null
  const hold = (isHeld: boolean) => () => {
    held.value = isHeld
  }
  return (
    <p
      class="notice"
      onPointerEnter={hold(true)}
      onPointerLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <span key={current.sentence}>{current.sentence}</span>
      {current.sessionId && (
        <button type="button" class="plain" onClick={() => showRow(current.sessionId)}>
          {text.session.show}
        </button>
      )}
      <button type="button" class="plain" onClick={clearNotice}>
        {text.close}
      </button>
    </p>
  )
}

/** Moves the focus to the row of a session. */
function showRow(sessionId = ''): void {
  const row = document.getElementById(`session-${sessionId}`)
  row?.scrollIntoView({ block: 'center' })
  row?.focus()
}

/** The current outage. Dialogs repeat it, since screen readers do not read the page behind a dialog. */
export function OutageNote() {
  const sentence = outageText(useOnline())
  return <div role="status">{sentence && <p class="outage-note">{sentence}</p>}</div>
}

function outageText(online: boolean): string {
  if (phase.value === 'starting') return '' // the start page says so itself
  if (!online) return text.errors.offline
  // A signed-out page does not poll, and its forms show their own problems.
  return phase.value !== 'signedOut' && outage.value ? text.errors[outage.value] : ''
}

function useOnline(): boolean {
  const online = useSignal(navigator.onLine)
  useEffect(() => {
    const update = () => {
      online.value = navigator.onLine
    }
    addEventListener('online', update)
    addEventListener('offline', update)
    return () => {
      removeEventListener('online', update)
      removeEventListener('offline', update)
    }
  }, [])
  return online.value
}

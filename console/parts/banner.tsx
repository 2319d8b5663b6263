import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { clearNotice, notice } from '../notice.ts'
import { outage } from '../service.ts'
import { text } from '../text.ts'
import { phase } from '../viewer.ts'

/** Notices and outages, at the bottom of the window and over the page so that its layout does not shift. */
export function Banner() {
  return (
    <div class="banner">
      <OutageNote />
      <div role="status">
        {notice.value && (
          <p class="notice">
            <span>{notice.value}</span>
            <button type="button" class="plain" onClick={clearNotice}>
              {text.close}
            </button>
          </p>
        )}
      </div>
    </div>
  )
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

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { notice } from '../notice.ts'
import { trouble } from '../service.ts'
import { text } from '../text.ts'
import { phase } from '../viewer.ts'

/** At the foot of the window, over the page so that nothing moves: what has happened, and what hinders. */
export function Banner() {
  return (
    <div class="banner">
      <Hindrance />
      <div role="status">
        {notice.value && (
          <p class="notice">
            <span>{notice.value}</span>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                notice.value = ''
              }}
            >
              {text.close}
            </button>
          </p>
        )}
      </div>
    </div>
  )
}

/** What hinders at the moment; in a dialog as well, since nothing behind one is seen or read out. */
export function Hindrance() {
  const hindrance = hindranceOf(useOnline())
  return <div role="status">{hindrance && <p class="hindrance">{hindrance}</p>}</div>
}

function hindranceOf(online: boolean): string {
  if (phase.value === 'starting') return '' // it says so itself
  if (!online) return text.trouble.offline
  // Signed out, nothing is tried but what people do, and that says what became of it.
  return phase.value !== 'out' && trouble.value ? text.trouble[trouble.value] : ''
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

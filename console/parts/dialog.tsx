import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Action } from '../action.ts'
import { text } from '../text.ts'
import { Hindrance } from './banner.tsx'
import { Form } from './form.tsx'
import { ProblemNote } from './problem-note.tsx'

interface DialogProps {
  readonly title: string
  readonly submit: string
  readonly action: Action
  /** Absent: it cannot be left without an answer. */
  readonly onClose?: () => void
  /** What cannot be undone is coloured so. */
  readonly grave?: boolean
  /** Hides what is behind. */
  readonly covering?: boolean
  /** The body's fields that say themselves what is wrong with them. */
  readonly fields?: readonly string[]
  readonly children: ComponentChildren
  readonly besides?: ComponentChildren
}

/** A question in front of the page: takes the focus, keeps it, and gives it back. Escape is "Cancel". */
export function Dialog({ title, submit, action, onClose, grave, covering, fields, children, besides }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // At once: what had the focus loses it when the browser sees that it is hidden.
  useLayoutEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => queueMicrotask(() => giveBack(before))
  }, [])
  return (
    <dialog
      ref={dialog}
      class={covering ? 'covering' : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        if (!action.busy) onClose?.()
      }}
      onClose={() => {
        // A browser lets nobody hold on to a second Escape.
        if (onClose && !action.busy) onClose()
        else dialog.current?.showModal()
      }}
    >
      <Form action={action}>
        <h2 id={id}>{title}</h2>
        {children}
        <ProblemNote problem={action.problem} fields={fields ?? []} />
        <Hindrance />
        <div class="buttons">
          {onClose && (
            <button type="button" class="quiet" onClick={onClose} disabled={action.busy}>
              {text.cancel}
            </button>
          )}
          {besides}
          <button type="submit" class={grave ? 'grave' : 'main'} aria-disabled={action.busy}>
            {submit}
          </button>
        </div>
      </Form>
    </dialog>
  )
}

/** When the rest of the page is up to date: the button that opened a dialog may be gone with what it ended. */
function giveBack(before: Element | null): void {
  const next = document.querySelector('dialog[open] :is(input, button)') ?? document.querySelector('h1')
  const to = before?.isConnected && before !== document.body ? before : next
  if (to instanceof HTMLElement) to.focus()
}

import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Action } from '../action.ts'
import { text } from '../text.ts'
import { OutageNote } from './banner.tsx'
import { Form } from './form.tsx'
import { ProblemNote } from './problem-note.tsx'

interface DialogProps {
  readonly title: string
  readonly submit: string
  readonly action: Action
  /** Without it, the dialog cannot be canceled. */
  readonly onClose?: () => void
  /** Colors the submit button for an action that cannot be undone. */
  readonly danger?: boolean
  /** Disables the submit button until the dialog's own condition holds. */
  readonly isBlocked?: boolean
  /** Hides the page behind the dialog. */
  readonly covering?: boolean
  /** Pointers of the fields that show their own problems. */
  readonly fields?: readonly string[]
  readonly children: ComponentChildren
  readonly extraButton?: ComponentChildren
}

/** A modal dialog: it takes the focus, keeps it, and returns it on closing. Escape means "Cancel". */
export function Dialog({
  title,
  submit,
  action,
  onClose,
  danger,
  isBlocked,
  covering,
  fields,
  children,
  extraButton,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // A layout effect, because the browser moves the focus once it notices that the focused element is hidden.
  useLayoutEffect(() => {
    const previous = document.activeElement
    dialog.current?.showModal()
    return () => queueMicrotask(() => returnFocus(previous))
  }, [])
  return (
    <dialog
      ref={dialog}
      class={covering ? 'covering' : undefined}
      aria-labelledby={id}
      onKeyDown={(event) => {
        // The key that opened the dialog, or submitted the one before, may still be held down.
        if (event.key === 'Enter' && event.repeat) event.preventDefault()
      }}
      onCancel={(event) => {
        event.preventDefault()
        if (!action.busy) onClose?.()
      }}
      onClose={() => {
        // Browsers close the dialog on a second Escape in a row without a cancelable event.
        if (onClose && !action.busy) onClose()
        else dialog.current?.showModal()
      }}
    >
      <Form action={action}>
        <h2 id={id}>{title}</h2>
        {children}
        <ProblemNote problem={action.problem} fields={fields ?? []} />
        {isOutage(action.problem) ? null : <OutageNote />}
        <div class="buttons">
          {onClose && (
            <button type="button" class="plain" onClick={onClose} disabled={action.busy}>
              {text.cancel}
            </button>
          )}
          {extraButton}
          <button
            type="submit"
            class={danger ? 'danger' : 'primary'}
            aria-disabled={action.busy}
            disabled={isBlocked ?? false}
          >
            {submit}
          </button>
        </div>
      </Form>
    </dialog>
  )
}

/** The problem of the action says it already. */
const isOutage = (problem: Action['problem']) =>
  problem?.code === 'unreachable' || problem?.code === 'unexpected' || problem?.code === 'unavailable'

/** Runs after the page has updated: the button that opened the dialog may be gone by then. */
function returnFocus(previous: Element | null): void {
  const fallback = document.querySelector('dialog[open] :is(input, button)') ?? document.querySelector('h1')
  const target = previous?.isConnected && previous !== document.body ? previous : fallback
  if (target instanceof HTMLElement) target.focus()
}

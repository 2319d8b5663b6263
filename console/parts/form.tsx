import type { ComponentChildren } from 'preact'
import type { Action } from '../action.ts'

interface FormProps {
  readonly action: Action
  readonly class?: string
  readonly children: ComponentChildren
}

/** A form that runs an action; the browser itself submits nothing. */
export function Form({ action, children, ...rest }: FormProps) {
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault()
        readValues(event.currentTarget)
        action.run()
      }}
    >
      {children}
    </form>
  )
}

/** Password managers may fill in fields without an event: what the fields hold now is what counts. */
function readValues({ elements }: HTMLFormElement): void {
  for (const element of elements)
    if (element instanceof HTMLInputElement && element.type !== 'checkbox' && !element.readOnly)
      element.dispatchEvent(new Event('input', { bubbles: true }))
}

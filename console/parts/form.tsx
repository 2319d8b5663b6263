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
        action.run()
      }}
    >
      {children}
    </form>
  )
}

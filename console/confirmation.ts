import { signal } from '@preact/signals'

/** Set while the page asks for the password: what the dialog tells of its end. */
export const asking = signal<((given: boolean) => void) | undefined>(undefined)

let waiting: Promise<boolean> | undefined

/** Asks for the password, once for all who need it; whether it was given and was right. */
export function confirmed(): Promise<boolean> {
  waiting ??= new Promise<boolean>((resolve) => {
    asking.value = resolve
  }).finally(() => {
    asking.value = undefined
    waiting = undefined
  })
  return waiting
}

import { signal } from '@preact/signals'

/** Set while the dialog asks for the password. The dialog calls it with `true` after a success, `false` on cancel. */
export const pendingReauthentication = signal<((succeeded: boolean) => void) | undefined>(undefined)

let pending: Promise<boolean> | undefined

/** Asks for the password; concurrent calls share one dialog. Resolves to whether the user reauthenticated. */
export function reauthenticate(): Promise<boolean> {
  pending ??= new Promise<boolean>((resolve) => {
    pendingReauthentication.value = resolve
  }).finally(() => {
    pendingReauthentication.value = undefined
    pending = undefined
  })
  return pending
}

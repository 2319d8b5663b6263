import { type Signal, useSignal } from '@preact/signals'
import { text } from '../text.ts'
import { Field } from './field.tsx'

interface PasswordFieldProps {
  readonly label: string
  readonly value: Signal<string>
  readonly autocomplete: 'current-password' | 'new-password'
  readonly problem?: string | undefined
  readonly hint?: string | undefined
  readonly describedBy?: string | undefined
  readonly autofocus?: boolean
  readonly takesFocus?: boolean
  readonly passwordRules?: string
  /** Lets another component show or hide the password too. */
  readonly shown?: Signal<boolean> | undefined
}

/** A password input with a button that shows what was typed, instead of a second input. */
export function PasswordField({ shown: given, ...props }: PasswordFieldProps) {
  const own = useSignal(false)
  const shown = given ?? own
  const { show, hide, showPassword, hidePassword } = text.fields
  return (
    <Field
      {...props}
      type={shown.value ? 'text' : 'password'}
      beside={
        <button
          type="button"
          class="plain"
          aria-label={shown.value ? hidePassword : showPassword}
          onClick={() => {
            shown.value = !shown.value
          }}
        >
          {shown.value ? hide : show}
        </button>
      }
    />
  )
}

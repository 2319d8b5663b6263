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
  /** Whose business it is besides this field's whether it can be read. */
  readonly shown?: Signal<boolean> | undefined
}

/** A password that can be shown: typing a long one blindly twice helps nobody. */
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
          class="quiet"
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

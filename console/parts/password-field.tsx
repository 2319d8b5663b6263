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
}

/** A password that can be shown: typing a long one blindly twice helps nobody. */
export function PasswordField(props: PasswordFieldProps) {
  const shown = useSignal(false)
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

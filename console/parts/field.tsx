import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly value: Signal<string>
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  /** The id of another element that describes the field. */
  readonly describedBy?: string | undefined
  /** Shown beside the input, for example a button. */
  readonly beside?: ComponentChildren
  readonly type?: 'text' | 'password'
  /** Turns on spell checking and capitalization, which would damage emails, scopes and passwords. */
  readonly isProse?: boolean
  readonly autocomplete: keyof typeof INPUT_MODES
  readonly isOptional?: boolean
  readonly isFixed?: boolean
  readonly autofocus?: boolean
  /** What a generated password must be, in the notation of password managers. */
  readonly passwordRules?: string | undefined
  /** Moves the focus to the input when it appears in a page that is already open. */
  readonly takesFocus?: boolean | undefined
}

const INPUT_MODES = {
  off: 'text',
  username: 'email',
  'username webauthn': 'email',
  name: 'text',
  'current-password': 'text',
  'new-password': 'text',
  'one-time-code': 'numeric',
} as const

/** The names by which password managers know fields. */
const NAMES = {
  off: undefined,
  username: 'username',
  'username webauthn': 'username',
  name: 'name',
  'current-password': 'password',
  'new-password': 'new-password',
  'one-time-code': 'one-time-code',
} as const

/** A labelled input with its hint and its problem. */
export function Field(props: FieldProps) {
  const { label, value, hint, problem, describedBy, beside, type = 'text', isProse = false } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (props.takesFocus) input.current?.focus()
  }, [])
  const described = [hint && `${id}-hint`, problem && `${id}-problem`, describedBy].filter(Boolean)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-row">
        <input
          ref={input}
          id={id}
          type={type as 'text'} // Preact's types accept each value, but not a union
          name={NAMES[props.autocomplete]}
          value={value.value}
          onInput={({ currentTarget }) => {
            value.value = currentTarget.value
          }}
          required={!props.isOptional}
          readOnly={props.isFixed ?? false}
          autofocus={props.autofocus ?? false}
          autocomplete={props.autocomplete}
          {...(props.passwordRules && { passwordrules: props.passwordRules })}
          inputMode={INPUT_MODES[props.autocomplete]}
          autocapitalize={isProse ? 'words' : 'off'}
          spellcheck={isProse}
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={described.length > 0 ? described.join(' ') : undefined}
        />
        {beside}
      </div>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem && (
        <p class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

import type { Signal } from '@preact/signals'
import type { CodeKind } from '../code.ts'
import { text } from '../text.ts'
import { Field } from './field.tsx'

interface CodeFieldProps {
  readonly kind: CodeKind
  readonly value: Signal<string>
  readonly problem?: string | undefined
}

/** The input for a code. It takes the focus, also when the kind of the code changes. */
export function CodeField({ kind, ...props }: CodeFieldProps) {
  const { totp, totpHint, recoveryCode, recoveryCodeHint } = text.secondFactor
  return kind === 'totp' ? (
    <Field key={kind} {...props} label={totp} hint={totpHint} autocomplete="one-time-code" takesFocus />
  ) : (
    <Field key={kind} {...props} label={recoveryCode} hint={recoveryCodeHint} autocomplete="off" takesFocus />
  )
}

import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Problem } from '../../client/index.ts'
import { consistsOfWords, ownWords } from '../../lib/passwords/own-words.ts'
import { fieldProblem, rejectionMessage } from '../action.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { PasswordField } from './password-field.tsx'

interface NewPasswordProps {
  readonly label: string
  readonly value: Signal<string>
  /** Without the email, only the service can check the rule about it. */
  readonly about: { readonly email: string | undefined; readonly name?: string | undefined }
  readonly problem: Problem | undefined
  /** The name of the field in the request body. */
  readonly field: string
  readonly hint?: string
  readonly shown?: Signal<boolean>
}

/** A new password and its rules, each marked once it is met. Only the service can check the last rule. */
export function NewPassword({ label, value, about, problem, field, hint, shown }: NewPasswordProps) {
  const id = useId()
  const typed = value.value.normalize('NFC')
  const length = [...typed].length
  const isOwn = consistsOfWords(
    typed,
    ownWords({ email: about.email ?? '', name: about.name, origin: location.origin }),
  )
  const isNotOwn = about.email === undefined && !isOwn ? undefined : length > 0 && !isOwn
  const rejected =
    problem?.code === 'password_rejected' ? rejectionMessage(problem) : fieldProblem(problem, `/${field}`)
  return (
    <div class="new-password">
      <PasswordField
        label={label}
        value={value}
        autocomplete="new-password"
        passwordRules={`minlength: ${settings.passwordMinLength};`}
        problem={rejected}
        hint={hint}
        describedBy={id}
        shown={shown}
      />
      <ul class="rules" id={id} aria-label={text.rules.title}>
        <Rule met={length >= settings.passwordMinLength}>{text.rules.length(settings.passwordMinLength, length)}</Rule>
        <Rule met={isNotOwn}>{text.rules.ownWords}</Rule>
        <Rule met={undefined}>{text.rules.common}</Rule>
      </ul>
    </div>
  )
}

function Rule({ met, children }: { met: boolean | undefined; children: string }) {
  const state = met ? text.rules.met : text.rules.unmet
  return (
    <li data-met={met}>
      <span class="rule-mark" aria-hidden="true" />
      {children}
      {met !== undefined && <span class="visually-hidden">: {state}</span>}
    </li>
  )
}

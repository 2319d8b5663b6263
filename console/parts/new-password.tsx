import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Problem } from '../../client/index.ts'
import { consistsOfWords, ownWords } from '../../lib/passwords/own-words.ts'
import { partOf } from '../action.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { PasswordField } from './password-field.tsx'

interface NewPasswordProps {
  readonly label: string
  readonly value: Signal<string>
  readonly about: { readonly email: string; readonly name?: string | undefined }
  readonly problem: Problem | undefined
  /** The name of the body's field. */
  readonly field: string
  readonly hint?: string
  readonly shown?: Signal<boolean>
}

/** A new password with the rules beside it, each marked as it is met. The last one only the service can tell. */
export function NewPassword({ label, value, about, problem, field, hint, shown }: NewPasswordProps) {
  const id = useId()
  const typed = value.value.normalize('NFC')
  const length = [...typed].length
  const isOwn = consistsOfWords(typed, ownWords({ ...about, origin: location.origin }))
  const rejected = problem?.code === 'password_rejected' ? problem.detail : partOf(problem, `/${field}`)
  return (
    <div class="new-password">
      <PasswordField
        label={label}
        value={value}
        autocomplete="new-password"
        problem={rejected}
        hint={hint}
        describedBy={id}
        shown={shown}
      />
      <ul class="rules" id={id} aria-label={text.rules.title}>
        <Rule met={length >= settings.passwordMinLength}>{text.rules.length(settings.passwordMinLength, length)}</Rule>
        <Rule met={length > 0 && !isOwn}>{text.rules.ownWords}</Rule>
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
      {met !== undefined && <span class="unseen">: {state}</span>}
    </li>
  )
}

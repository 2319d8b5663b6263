import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { type Action, fieldProblem } from '../action.ts'
import { text } from '../text.ts'
import { Field } from './field.tsx'
import { Form } from './form.tsx'
import { ProblemNote } from './problem-note.tsx'
import { Welcome } from './welcome.tsx'

interface RequestMailProps {
  readonly title: string
  readonly lead: string
  readonly submit: string
  readonly email: Signal<string>
  readonly action: Action
  /** Where else a visitor may want to go. */
  readonly children: ComponentChildren
}

/** The page that asks a visitor for the address that a mail is requested to. */
export function RequestMail({ title, lead, submit, email, action, children }: RequestMailProps) {
  const { problem, busy } = action
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <Field
          label={text.fields.email}
          value={email}
          problem={fieldProblem(problem, '/email')}
          autocomplete="username"
        />
        <ProblemNote problem={problem} fields={['/email']} />
        <button type="submit" class="primary wide" aria-disabled={busy}>
          {submit}
        </button>
      </Form>
      <p class="aside">{children}</p>
    </Welcome>
  )
}

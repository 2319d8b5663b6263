import type { Signal } from '@preact/signals'
import type { Problem } from '../../client/index.ts'
import { fieldProblem } from '../action.ts'
import { text } from '../text.ts'
import { Field } from './field.tsx'

interface OptionalNameProps {
  readonly value: Signal<string>
  readonly problem: Problem | undefined
  /** Whether browsers may fill in the name of whoever sits before them. */
  readonly isOwn?: boolean
}

/** The field for the name of a new user. */
export function OptionalName({ value, problem, isOwn = false }: OptionalNameProps) {
  return (
    <Field
      label={text.fields.nameOptional}
      value={value}
      problem={fieldProblem(problem, '/name')}
      isOptional
      isProse
      autocomplete={isOwn ? 'name' : 'off'}
    />
  )
}

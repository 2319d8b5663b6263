import type { Action } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { knownScopes, query, scopeFilter, statusFilter } from '../directory.ts'
import { Field } from './field.tsx'
import { Form } from './form.tsx'
import { ProblemNote } from './problem-note.tsx'

/** The search of the list of users. @param open leads to the only user found, on Enter */
export function UserFilters({ open }: { open: Action }) {
  const { findLabel, findHint, status, anyStatus, active, disabled, scope, anyScope } = deskText.users
  return (
    <search>
      <Form action={open} class="filters">
        <Field label={findLabel} hint={findHint} value={query} autocomplete="off" isOptional />
        <label>
          <span>{status}</span>
          <select
            value={statusFilter.value}
            onChange={({ currentTarget }) => {
              statusFilter.value = currentTarget.value as typeof statusFilter.value
            }}
          >
            <option value="any">{anyStatus}</option>
            <option value="active">{active}</option>
            <option value="disabled">{disabled}</option>
          </select>
        </label>
        <label>
          <span>{scope}</span>
          <select
            value={scopeFilter.value}
            onChange={({ currentTarget }) => {
              scopeFilter.value = currentTarget.value
            }}
          >
            <option value="">{anyScope}</option>
            {knownScopes.value.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <ProblemNote problem={open.problem} />
      </Form>
    </search>
  )
}

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { User } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { goTo, hrefOf } from '../navigation.ts'
import { CreateUser } from '../parts/create-user.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Heading } from '../parts/heading.tsx'
import { Invitations } from '../parts/invitations.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { callService } from '../service.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { mayWrite } from '../viewer.ts'

const PAGE = '25'

/** Finds a user by email, and lists all users page by page. */
export function UsersView() {
  const email = useSignal('')
  const notFound = useSignal('')
  const creating = useSignal(false)
  const users = useSignal<readonly User[] | undefined>(undefined)
  const cursor = useSignal<string | undefined>(undefined)

  const find = useAction(async () => {
    notFound.value = ''
    const { users } = await callService('GET /admin/users', { query: { email: email.value.trim() } })
    if (users[0]) goTo({ name: 'user', userId: users[0].id })
    else notFound.value = email.value.trim()
  })
  const more = useAction(async () => {
    const after = cursor.value === undefined ? {} : { cursor: cursor.value }
    const page = await callService('GET /admin/users', { query: { limit: PAGE, ...after } })
    users.value = [...(users.value ?? []), ...page.users]
    cursor.value = page.cursor
  }, true)
  useEffect(() => void more.run(), [])

  const { title, lead, findLabel, none, all, shownAll, shownSoFar, create } = deskText.users
  const isInvalid = find.problem?.code === 'invalid_request'
  return (
    <>
      <div class="head">
        <div>
          <Heading>{title}</Heading>
          <p class="lead">{lead}</p>
        </div>
        {mayWrite.value && (
          <button
            type="button"
            onClick={() => {
              creating.value = true
            }}
          >
            {create}
          </button>
        )}
      </div>
      <search>
        <Form action={find} class="find">
          <Field
            label={findLabel}
            value={email}
            problem={isInvalid ? text.fields.emailInvalid : notFound.value ? none(notFound.value) : undefined}
            autocomplete="off"
            beside={
              <button type="submit" class="primary" aria-disabled={find.busy}>
                {deskText.users.find}
              </button>
            }
          />
          <ProblemNote problem={isInvalid ? undefined : find.problem} />
        </Form>
      </search>
      <h2>{all}</h2>
      {users.value ? (
        <ul class="rows" aria-label={all}>
          {users.value.map((user) => (
            <Row key={user.id} user={user} />
          ))}
        </ul>
      ) : (
        <div class="rows waiting" aria-busy={more.busy} />
      )}
      <ProblemNote problem={more.problem} />
      <div class="foot">
        <span aria-live="polite">
          {users.value && (cursor.value === undefined ? shownAll : shownSoFar)(users.value.length)}
        </span>
        {(cursor.value !== undefined || more.problem) && (
          <button type="button" onClick={more.run} aria-disabled={more.busy}>
            {more.problem ? text.retry : deskText.users.more}
          </button>
        )}
      </div>
      {settings.sendsMail && <Invitations />}
      {creating.value && (
        <CreateUser
          onClose={() => {
            creating.value = false
          }}
        />
      )}
    </>
  )
}

function Row({ user }: { user: User }) {
  return (
    <li>
      <a class="row" href={hrefOf({ name: 'user', userId: user.id })}>
        <span class="row-name">{user.email}</span>
        {user.name && <bdi class="row-more">{user.name}</bdi>}
        <span class="row-more code">{user.scopes.join(' ')}</span>
        {user.status === 'disabled' && <span class="badge warning">{deskText.users.disabled}</span>}
      </a>
    </li>
  )
}

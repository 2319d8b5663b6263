import type { Activity } from '../../client/index.ts'
import { isWarning } from '../activity-sentence.ts'
import { administratorSentence } from '../administrator-sentence.ts'
import { deskText } from '../desk-text.ts'
import { describeDevice } from '../device.ts'
import { actor, address } from '../incident.ts'
import { hrefOf } from '../navigation.ts'
import { Instant } from './instant.tsx'
import { TableFrame } from './table-frame.tsx'

interface ActivityTableProps {
  readonly entries: readonly Activity[]
  readonly label: string
  /** Whether all entries are of one user, who need not be named in each. */
  readonly ofOneUser?: boolean
}

/** Activity for administrators. An address or a user filters the list of the incident page. */
export function ActivityTable({ entries, label, ofOneUser = false }: ActivityTableProps) {
  const { when, what, user, from, device, by } = deskText.incident.columns
  return (
    <TableFrame label={label}>
      <thead>
        <tr>
          {[when, what, ...(ofOneUser ? [] : [user]), from, device, by].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry, index) => (
          <tr key={index}>
            <td>
              <Instant at={entry.at} />
            </td>
            <td class={isWarning(entry) ? 'is-warning' : undefined}>{administratorSentence(entry)}</td>
            {!ofOneUser && <td>{entry.userId && <UserId id={entry.userId} />}</td>}
            <td>{entry.ip && <Address ip={entry.ip} isFixed={ofOneUser} />}</td>
            <td>{entry.userAgent && describeDevice(entry.userAgent).name}</td>
            <td>{entry.by && <By id={entry.by} />}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  )
}

function UserId({ id }: { id: string }) {
  return (
    <a class="code" href={hrefOf({ name: 'user', userId: id })}>
      {id}
    </a>
  )
}

function By({ id }: { id: string }) {
  if (id === 'command_line') return <>{deskText.incident.commandLine}</>
  return (
    <button
      type="button"
      class="plain code"
      onClick={() => {
        actor.value = id
      }}
    >
      {id}
    </button>
  )
}

function Address({ ip, isFixed }: { ip: string; isFixed: boolean }) {
  if (isFixed) return <>{ip}</>
  return (
    <button
      type="button"
      class="plain"
      onClick={() => {
        address.value = ip
      }}
    >
      {ip}
    </button>
  )
}

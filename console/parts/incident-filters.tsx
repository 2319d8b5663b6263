import { deskText } from '../desk-text.ts'
import { actor, address, EVENTS, eventFilter, HOURS, hours } from '../incident.ts'
import { Field } from './field.tsx'

/** The filters of the recent activity: by event and time, by address and by user. */
export function IncidentFilters() {
  const { event, anyEvent, events, since, lastHours, addressLabel, actorLabel } = deskText.incident
  return (
    <search class="filters">
      <label>
        <span>{event}</span>
        <select
          value={eventFilter.value}
          onChange={({ currentTarget }) => {
            eventFilter.value = currentTarget.value as typeof eventFilter.value
          }}
        >
          <option value="">{anyEvent}</option>
          {EVENTS.map((each) => (
            <option key={each} value={each}>
              {events[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{since}</span>
        <select
          value={String(hours.value)}
          onChange={({ currentTarget }) => {
            hours.value = Number(currentTarget.value)
          }}
        >
          {HOURS.map((each) => (
            <option key={each} value={String(each)}>
              {lastHours(each)}
            </option>
          ))}
        </select>
      </label>
      <Field label={addressLabel} value={address} autocomplete="off" isOptional />
      <Field label={actorLabel} value={actor} autocomplete="off" isOptional />
    </search>
  )
}

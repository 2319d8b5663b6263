import { Heading } from '../parts/heading.tsx'
import { text } from '../text.ts'

export function NotAllowed() {
  return (
    <>
      <Heading>{text.people.title}</Heading>
      <p class="empty">{text.people.notAllowed}</p>
    </>
  )
}

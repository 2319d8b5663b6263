import { Heading } from '../parts/heading.tsx'
import { text } from '../text.ts'

export function NotAllowedView() {
  return (
    <>
      <Heading>{text.users.title}</Heading>
      <p class="empty">{text.users.notAllowed}</p>
    </>
  )
}

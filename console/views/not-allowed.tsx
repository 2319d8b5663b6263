import { Heading } from '../parts/heading.tsx'
import { text } from '../text.ts'

export function NotAllowedView() {
  return (
    <>
      <Heading>{text.notAllowed.title}</Heading>
      <p class="empty">{text.notAllowed.why}</p>
    </>
  )
}

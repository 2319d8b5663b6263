import { goTo, hrefOf, type View } from '../navigation.ts'
import { clearNotice } from '../notice.ts'

/** A link to a view whose address may have another path: a plain click opens it without loading the page again. */
export function ViewLink({ to, children }: { to: View; children: string }) {
  return (
    <a
      href={hrefOf(to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        clearNotice()
        goTo(to)
      }}
    >
      {children}
    </a>
  )
}

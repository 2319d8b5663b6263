import { useEffect, useRef } from 'preact/hooks'
import { text } from '../text.ts'

let first = true

/** A view's heading. It takes the focus when people come to the view, so that it is read and Tab goes on from there. */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!first) heading.current?.focus()
    first = false
  }, [])
  useEffect(() => {
    document.title = text.title(children)
  }, [children])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

import type { ComponentChildren } from 'preact'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { Heading } from './heading.tsx'
import { Logo } from './logo.tsx'

/** The page for signed-out users: one card. */
export function Welcome({ title, lead, children }: { title: string; lead: string; children: ComponentChildren }) {
  return (
    <main class="welcome" id="content">
      <p class="brand">
        <Logo />
        <bdi>{settings.name}</bdi>
      </p>
      <div class="card">
        <Heading>{title}</Heading>
        <p class="lead">{lead}</p>
        {children}
      </div>
      <OperatorLinks />
    </main>
  )
}

/** The operator's own pages. */
function OperatorLinks() {
  const links = (['terms', 'privacy', 'support'] as const).filter((name) => settings.links[name] !== '')
  if (links.length === 0) return null
  return (
    <nav class="operator" aria-label={text.links.label}>
      {links.map((name) => (
        <a key={name} href={settings.links[name]}>
          {text.links[name]}
        </a>
      ))}
    </nav>
  )
}

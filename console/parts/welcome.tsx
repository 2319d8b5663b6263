import type { ComponentChildren } from 'preact'
import { settings } from '../settings.ts'
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
    </main>
  )
}

/** One part of the site's table of contents. Every page of docs/ is in exactly one; a test compares. */
export interface Part {
  readonly label: string
  /** File names in docs/ without `.md`. */
  readonly pages: readonly string[]
  /** Closed in the sidebar until a page of it is open. */
  readonly collapsed?: boolean
}

/** Tasks first, then reference, explanation and evidence. */
export const CONTENTS: readonly Part[] = [
  { label: 'Start', pages: ['start', 'dev', 'try', 'console'] },
  {
    label: 'Guard your API',
    pages: [
      'guard-a-handler',
      'authorizer',
      'frameworks',
      'testing',
      'where-the-api-lives',
      'cors',
      'tokens',
      'events',
    ],
  },
  { label: 'Sign-in and front ends', pages: ['front-ends', 'identity', 'mail', 'second-factors'] },
  {
    label: 'Run it',
    pages: [
      'deploy',
      'package',
      'administrators',
      'upgrade',
      'import',
      'migrate',
      'doctor',
      'troubleshooting',
      'incidents',
      'runbooks',
    ],
  },
  {
    label: 'Look up',
    pages: [
      'routes',
      'configuration',
      'problems',
      'command-line',
      'event-sources',
      'audit-events',
      'activity',
      'metrics',
      'api',
    ],
  },
  {
    label: 'Understand',
    pages: ['promises', 'threat-model', 'security', 'privacy', 'cost', 'scale', 'releases'],
  },
  {
    label: 'Evidence',
    collapsed: true,
    pages: [
      'performance',
      'proof',
      'invariants',
      'security-checklist',
      'mutation',
      'seeded-bugs',
      'timing',
      'rights',
      'rehearsal',
      'imports',
      'design-tokens',
      'verify-on-aws',
      'dependencies',
      'deep',
    ],
  },
]

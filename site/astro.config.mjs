import { existsSync } from 'node:fs'
import starlight from '@astrojs/starlight'
import { defineConfig, passthroughImageService } from 'astro/config'
import { CONTENTS } from './contents.ts'

export default defineConfig({
  // The address of the site, for its sitemap and canonical links.
  site: process.env.SITE_URL ?? 'http://localhost:4321',
  image: { service: passthroughImageService() },
  telemetry: false,
  integrations: [
    starlight({
      title: 'Coatcheck',
      description: 'Session-based authentication for serverless applications.',
      customCss: ['./src/styles/site.css'],
      pagination: false,
      sidebar: [
        ...CONTENTS.map(({ label, pages, collapsed = false }) => ({
          label,
          collapsed,
          items: pages.filter((page) => existsSync(`../docs/${page}.md`)),
        })),
        { label: 'API reference', link: '/reference/' },
        { label: 'Decisions', collapsed: true, items: [{ autogenerate: { directory: 'decisions' } }] },
        { label: 'Project', collapsed: true, items: ['contributing', 'security-policy'] },
      ],
    }),
  ],
})

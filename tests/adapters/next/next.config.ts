import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

export default {
  serverExternalPackages: ['@aws-sdk/client-dynamodb'], // only saves the time of bundling it
  experimental: { turbopackFileSystemCacheForBuild: false },
  typescript: { ignoreBuildErrors: true }, // `tsc` checks the types
  // The packages that Coatcheck depends on are links to those of the checkout.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
} satisfies NextConfig

// Plain JavaScript, loaded before any TypeScript: Node 20 must be able to run it. The version is the first with
// `import.meta.main`, which local/start.ts uses.

const NEEDED = [24, 2]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  const { platform, arch, versions } = process
  console.error(
    `Coatcheck needs Node ${NEEDED.join('.')} or later and found Node ${versions.node}: npm has installed no Node for ${platform}-${arch}, so install Node 24 from https://nodejs.org and try again.`,
  )
  process.exit(1)
}

import { VERSION } from '../lib/version.ts'

/** The version of the framework with which the functions were packaged. */
export const FRAMEWORK = 'npm:osls@4.3.1'

const SERVICE = 'node_modules/coatcheck-dev/service/serverless.yml'

/** The configuration that deploys the package's functions. `npm update` brings those of a new release. */
export const SERVERLESS_YML = `service: coatcheck
frameworkVersion: '4'
plugins: [./node_modules/coatcheck-dev/dist/trusted-origins.js] # refuses a pattern of origins under a public suffix
params: { default: {} }
provider: \${file(${SERVICE}):provider}
functions:
  - \${file(${SERVICE}):functions}
  - \${file(hooks.yml):functions}
resources: \${file(${SERVICE}):resources}
package: { individually: true }
custom: \${file(${SERVICE}):custom}
`

const BRAND = "default: { mailProductName: My product, mailColor: '#1d4ed8', mailLocale: en }"

const HOOKS_YML = `# Functions of your own in Coatcheck's stack, such as receivers of its events.
functions: {}
# For example, with --param eventsBus=default:
#   welcome:
#     handler: welcome.handler
#     package: { patterns: ['!**', welcome.mjs] }
#     events:
#       - eventBridge: { pattern: { source: [coatcheck], detail-type: [user.created] } }
`

/** The files of a new folder, by their names. */
export function deploymentFiles(): Record<string, string> {
  const manifest = {
    name: 'coatcheck-deployment',
    private: true,
    type: 'module',
    scripts: { dev: 'coatcheck dev', package: 'serverless package', deploy: 'serverless deploy' },
    devDependencies: { coatcheck: `^${VERSION}`, 'coatcheck-dev': `^${VERSION}`, serverless: FRAMEWORK },
  }
  return {
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'serverless.yml': SERVERLESS_YML.replace('default: {}', BRAND),
    'hooks.yml': HOOKS_YML,
    '.gitignore': 'node_modules/\n.coatcheck/\n.serverless/\n',
  }
}

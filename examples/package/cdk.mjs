import { App, Fn, Stack } from 'aws-cdk-lib'
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include'

/** Coatcheck as a stack of a CDK application, from the template of `npx coatcheck package`. Upload its zips first. */
class CoatcheckStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props)
    new CfnInclude(this, 'Template', { templateFile: 'coatcheck-package/template.json' })
  }
}

/** Your own stack: the name of the sessions table and the ARN of the authorizer are imported. */
class GreetingStack extends Stack {
  sessionsTable = Fn.importValue('coatcheck-prod-sessions-table')
  authorizerArn = Fn.importValue('coatcheck-prod-authorizer')
}

const app = new App()
const coatcheck = new CoatcheckStack(app, 'coatcheck-prod')
new GreetingStack(app, 'greeting-prod').addStackDependency(coatcheck)
app.synth()

/** The text of a providers' file with one provider, `idp`, that nothing answers for. */
export const unreachableProvider = () =>
  JSON.stringify({ providers: [{ id: 'idp', name: 'Nobody', issuer: 'http://127.0.0.1:1', clientId: 'coatcheck' }] })

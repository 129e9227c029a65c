// What a person can try by hand while the demo stays: the same programs, their own commands.
import { type Contoso, providerHost } from '../support/contoso.ts';

/** Lines to print; every one with a `$` can be pasted into a shell in the checkout. */
export function keepLines(contoso: Contoso, folder: string): string[] {
  const edge = `--config ${folder}/edge.yaml --state-dir ${folder}/edge-state`;
  const agent = `--socket ${folder}/agent.sock`;
  const start = `https://${providerHost}/`;
  return [
    'Everything stays until Ctrl-C. In another terminal, in this directory:',
    '',
    '  The agent, and what it says about addresses:',
    `    $ npm run -s opengsa -- status ${agent}`,
    '  The provider through the agent, by curl:',
    `    $ curl --proxy ${contoso.proxy} --cacert ${contoso.authorityFile} ${start}.well-known/openid-configuration`,
    '  A sign-in in a browser of its own (Chromium); the page shows the address that is logged:',
    `    $ chromium --user-data-dir=${folder}/chromium --no-first-run --proxy-pac-url=${contoso.pacUrl} \\`,
    `        --ignore-certificate-errors-spki-list=${contoso.keyHash} ${start}`,
    `      user name  ${contoso.person.username}`,
    `      password   ${contoso.person.password}`,
    '  Restoration off and on, for new connections (close the browser in between):',
    `    $ npm run -s edge -- signaling disable --confirm ${edge}`,
    `    $ npm run -s edge -- signaling enable ${edge}`,
    '  The sign-in log, as it grows:',
    `    $ tail -f ${folder}/sign-ins.jsonl`,
    '',
  ];
}

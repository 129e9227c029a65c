// Programs ask their nameservers as ever, over both families and protocols; nftables turns the questions to the responder.
//
//   app: dig, responder ──eth0────eth0── far: dnsmasq as nameserver 192.0.2.53 and 2001:db8::53
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { dnsmasq, startDnsmasq } from '../support/dns-server.ts';
import { createNamespaces, type Namespaces, namespacesObstacle } from '../support/namespaces.ts';
import { pinnedNode } from '../support/processes.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';

const dig = installedProgram('dig');
const setpriv = installedProgram('setpriv');
const lacking = dig === null || dnsmasq === null || setpriv === null || installedProgram('nft') === null;
const obstacle =
  namespacesObstacle() ??
  otherAccountsObstacle() ??
  (lacking ? 'missing: dig, dnsmasq, nft or setpriv' : null);
if (obstacle !== null) process.stdout.write(`DNS redirection laboratory skipped: ${obstacle}\n`);

/** The responder's own account: its questions must reach the nameservers. */
const account = 990;
const servers = { ipv4: '192.0.2.53', ipv6: '2001:db8::53', notOurs: '192.0.2.54' };

describe.skipIf(obstacle !== null)('questions that are turned to the responder', () => {
  let spaces: Namespaces<'app' | 'far'>;
  let responder: ReturnType<ReturnType<typeof spaces.within>['start']>;

  beforeEach(async () => {
    spaces = createNamespaces(['app', 'far']);
    spaces.wire({ at: 'app', device: 'eth0' }, { at: 'far', device: 'eth0' });
    spaces.give({ at: 'app', device: 'eth0' }, ['192.0.2.10/24', '2001:db8::10/64']);
    const far = Object.values(servers);
    spaces.give(
      { at: 'far', device: 'eth0' },
      far.map((address) => `${address}/${address.includes(':') ? 64 : 24}`),
    );
    await startDnsmasq(spaces.within('far'), far, 53, [
      '--host-record=plain.test,198.51.100.7,2001:db8:1::7',
      '--host-record=www.acquired.test,198.51.100.9,2001:db8:1::9',
      '--local=/test/',
    ]);
    responder = spaces
      .within('app')
      .start(setpriv!, [
        ...[
          `--reuid=${account}`,
          `--regid=${account}`,
          '--clear-groups',
          '--inh-caps=-all',
          '--bounding-set=-all',
        ],
        ...[pinnedNode, `${import.meta.dirname}/programs/dns-responder.ts`, servers.ipv4, servers.ipv6],
      ]);
    await responder.line(/^ready$/);
    spaces.nft('app', redirection(responder.stdout()));
  });
  afterEach(() => spaces.end());

  async function ask(...question: string[]): Promise<string> {
    const asked = await spaces.within('app').run(dig!, ['+tries=1', '+time=5', '+short', ...question]);
    return asked.stdout.trim();
  }

  it.each([
    ['IPv4 over UDP', [`@${servers.ipv4}`]],
    ['IPv4 over TCP', [`@${servers.ipv4}`, '+tcp']],
    ['IPv6 over UDP', [`@${servers.ipv6}`]],
    ['IPv6 over TCP', [`@${servers.ipv6}`, '+tcp']],
  ])('over %s are answered as from the nameserver itself', async (_, how) => {
    expect(await ask(...how, 'www.acquired.test')).toBe('6.6.0.1');
    expect(await ask(...how, 'www.acquired.test', 'AAAA')).toBe('');
    expect(await ask(...how, 'plain.test')).toBe('198.51.100.7');
    expect(await ask(...how, 'plain.test', 'AAAA')).toBe('2001:db8:1::7');
    await responder.line(/^learnt www\.acquired\.test 198\.51\.100\.9 2001:db8:1::9$/);
  });

  it('at a nameserver that is not the machine’s stay what they are', async () => {
    expect(await ask(`@${servers.notOurs}`, 'www.acquired.test')).toBe('198.51.100.9');
  });
});

/** As the agent's own rules do it: each nameserver to its own endpoint, but not for the agent. */
function redirection(printed: string): string {
  const rules = printed.split('\n').flatMap((line) => {
    const [server = '', address = '', port = ''] = line.split(' ');
    if (port === '') return [];
    const isIpv6 = server.includes(':');
    const from = `${isIpv6 ? 'ip6' : 'ip'} daddr ${server} meta l4proto { tcp, udp } th dport 53`;
    return [`${from} dnat ${isIpv6 ? `ip6 to [${address}]` : `ip to ${address}`}:${port}`];
  });
  return `table inet redirection {
  chain output {
    type nat hook output priority -100
    meta skuid ${account} return
    ${rules.join('\n    ')}
  }
}`;
}

// Makes the probes of the third parties that the configuration names.
import type { Family } from '../protocol/address.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { dnsProbe } from './egress/dns-probe.ts';
import { httpsEchoProbe } from './egress/https-echo-probe.ts';
import type { ThirdParty } from './egress/probe.ts';
import { stunProbe } from './egress/stun-probe.ts';

/** Those that can be asked over `family`; none unless the configuration names some. */
export function thirdPartiesOf(config: AgentConfig, family: Family, clock: Clock): readonly ThirdParty[] {
  const { stun, https, dns } = config.egress.thirdParties;
  const socket = {
    family,
    localAddress: config.localAddress[family],
    budgetMs: config.egress.timeoutSeconds * 1000,
  };
  const speaks = ({ families }: { readonly families: readonly Family[] }) => families.includes(family);
  return [
    ...stun.filter(speaks).map(({ operator, asked, host, port }): ThirdParty => {
      return {
        source: 'stun',
        operator,
        asked,
        overTls: false,
        ask: stunProbe({ ...socket, host, port }, clock),
      };
    }),
    ...https.filter(speaks).map(({ operator, asked, url }): ThirdParty => {
      return {
        source: 'https',
        operator,
        asked,
        overTls: true,
        ask: httpsEchoProbe({ ...socket, url }, clock),
      };
    }),
    ...dns
      .filter(({ servers }) => servers[family].length > 0)
      .map(({ operator, name, type, class: recordClass, servers }): ThirdParty => {
        const byFamily = family === 'ipv4' ? 'A' : 'AAAA';
        const record = { name, type: type === 'TXT' ? type : byFamily, class: recordClass } as const;
        const ask = dnsProbe({ ...socket, record, servers: servers[family] }, clock);
        return { source: 'dns', operator, asked: name, overTls: false, ask };
      }),
  ];
}

// Captures transparently and dials every flow direct, to where a table says its name leads. Argument: a file as
// `Setup` says, read again at SIGHUP. SIGTERM drains, and a second one closes.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { systemClock } from '../../../agent/clock.ts';
import { leanPlan, planCapture } from '../../../agent/core/capture-plan.ts';
import type { DnsEndpoint } from '../../../agent/core/nft-ruleset.ts';
import { createDirectDialer } from '../../../agent/flow/direct.ts';
import { createFlowRouter } from '../../../agent/flow/flow-router.ts';
import { createFlowTable } from '../../../agent/flow/flow-table.ts';
import { customProfile } from '../../../agent/policy/custom-profile.ts';
import { startTransparent } from '../../../agent/transparent/transparent.ts';
import { parseAddress, parsePrefix } from '../../../protocol/address.ts';
import { formatDestination } from '../../../protocol/destination.ts';
import { compileProfile } from '../../../protocol/matcher.ts';

const setup = z.object({
  rules: z.array(
    z.object({
      destinations: z.array(z.string()),
      ports: z.array(z.string()),
      hardening: z.enum(['block', 'bypass']),
    }),
  ),
  /** Name to its synthetic and real address. */
  names: z.record(z.string(), z.object({ synthetic: z.string(), real: z.string() })),
  learned: z.array(z.string()).default([]),
  isOn: z.boolean().default(true),
  onlyUid: z.number().nullable().default(null),
  /** Takes the questions to this name server and answers each by `taken`. */
  nameserver: z.string().optional(),
  /** The account that it takes itself for, as a mistake would have it. */
  claimsUid: z.number().optional(),
});
export type Setup = z.input<typeof setup>;

const [file = ''] = process.argv.slice(2);
const read = () => setup.parse(JSON.parse(readFileSync(file, 'utf8')));
let current = read();
const tell = (fact: unknown): void => void process.stdout.write(`${JSON.stringify(fact)}\n`);
const address = (text: string) => {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
};
const range = parsePrefix('6.6.0.0/16');
if (range === null) throw new Error('no range');

const router = createFlowRouter({
  identify: () => null,
  decide: (destination) => {
    tell({ flow: formatDestination(destination) });
    return {
      ...{ action: 'direct', ruleId: null, reason: 'no-rule' },
      ...{ authentication: null, hardening: null, attest: false },
    };
  },
  openTunnel: () => Promise.reject(new Error('there is no tunnel')),
  dialDirect: createDirectDialer({
    localAddress: { ipv4: null, ipv6: null },
    ownListeners: () => (transparent.kind === 'running' ? transparent.ownListeners() : []),
    resolve: (name) => Promise.resolve([address(current.names[name]?.real ?? '')]),
  }),
  inspect: () => null,
  attestations: () => [],
  table: createFlowTable({ now: () => new Date() }),
  traceparent: () => '',
});
const transparent = await startTransparent({
  uid: current.claimsUid ?? process.getuid?.() ?? 0,
  onlyUid: current.onlyUid,
  syntheticRange: range,
  openFlow: router,
  nameOf: ({ text }) =>
    Object.entries(current.names).find(([, { synthetic }]) => synthetic === text)?.[0] ?? null,
  onFault: (fault) => tell({ fault }),
  clock: systemClock,
});
if (transparent.kind === 'prevented') {
  tell({ prevented: transparent.obstacle });
  process.exit(1);
}
const answering = createSocket('udp4');
answering.on('message', (_bytes, from) => answering.send('taken', from.port, from.address));
answering.bind(0, '127.53.0.1');
await once(answering, 'listening');
const dns = (): DnsEndpoint[] => {
  const { nameserver } = current;
  const listening = { address: address('127.53.0.1'), port: answering.address().port };
  return nameserver === undefined ? [] : [{ nameserver: address(nameserver), listening }];
};
const apply = async (): Promise<void> => {
  current = read();
  const matchers = [compileProfile(customProfile(current.rules))];
  const plan = planCapture(matchers, { synthetic: range, capturesIpv6: transparent.capturesIpv6 });
  await transparent.apply(current.isOn ? plan : leanPlan(plan), current.isOn ? dns() : []);
  for (const { synthetic, real } of Object.values(current.names)) {
    transparent.setReal(address(synthetic), address(real));
  }
  transparent.setLearned(current.isOn ? current.learned.map(address) : []);
  tell({ applied: plan.notCaptured });
};
await apply();
process.on('SIGHUP', () => void apply());
process.on('SIGUSR2', () => void transparent.look().then(() => tell({ obstacles: transparent.obstacles() })));
let ending = false;
process.on('SIGTERM', () => {
  const end = ending ? transparent.close() : transparent.drain();
  ending = true;
  void end.then(() => process.exit(0));
});
tell({ ready: transparent.obstacles().map(({ code }) => code), ipv6: transparent.capturesIpv6 });

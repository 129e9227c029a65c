// Loads the rules of a capture into the kernel, with the worldwide list where a copy lies beside the checkout and with
// NAMES real addresses, TIMES times, and prints the milliseconds of each as JSON. Arguments: times, names.
import { readFileSync } from 'node:fs';
import { planCapture } from '../../../agent/core/capture-plan.ts';
import { withoutContained } from '../../../agent/core/disjoint-blocks.ts';
import { placeSubnets } from '../../../agent/core/loopback-blocks.ts';
import {
  changeReal,
  createGuardTable,
  createOwnerTable,
  fillGuardTable,
  fillOwnerTable,
  line,
  removeBoth,
  type RulesetOptions,
} from '../../../agent/core/nft-ruleset.ts';
import { importEndpointList } from '../../../protocol/profiles/endpoint-list.ts';
import { openNftSession } from '../../../agent/transparent/nft-session.ts';
import { addressOfBytes, parsePrefix } from '../../../protocol/address.ts';
import { compileProfile } from '../../../protocol/matcher.ts';
import { parseProfile } from '../../../protocol/profile.ts';
import { publishedListsPresent, readPublished } from '../../support/published-lists.ts';

const [times, names] = process.argv.slice(2).map(Number);
const synthetic = parsePrefix('6.6.0.0/16');
if (times === undefined || names === undefined || synthetic === null)
  throw new Error('arguments: times, names');
const profile = publishedListsPresent
  ? importEndpointList(readPublished('m365-endpoints-worldwide.json'), 'worldwide', {
      name: 'worldwide',
      version: '1',
    })
  : parseProfile(
      JSON.parse(readFileSync(new URL('../../../assets/profiles/microsoft.json', import.meta.url), 'utf8')),
      'microsoft.json',
    );
const options: RulesetOptions = {
  agentUid: 990,
  onlyUid: null,
  synthetic,
  probe: {
    address: addressOfBytes([6, 6, 255, 254]),
    port: 1,
    arrives: { address: addressOfBytes([127, 6, 255, 254]), port: 4001 },
  },
  ipv6Listener: 4006,
};
const real = Array.from({ length: names }, (_, i) => ({
  synthetic: addressOfBytes([6, 6, i >> 8, i & 0xff]),
  real: addressOfBytes([198, 51, 100, i & 0xff]),
}));
const session = openNftSession((reason) => process.stderr.write(`${reason}\n`));
const samples: number[] = [];
let elements = 0;
for (let i = 0; i < times; i++) {
  const startedAt = performance.now();
  const plan = planCapture([compileProfile(profile)], { synthetic, capturesIpv6: true });
  const subnets = plan.subnets.map(({ block }) => block).filter(({ family }) => family === 'ipv4');
  const { placements } = placeSubnets([], withoutContained(subnets), 0);
  const ports = [...new Set([...plan.namePorts, ...plan.subnets.map(({ port }) => port)])];
  const listeners = new Map(ports.map((port, at) => [port, 15_000 + at]));
  await session.run(
    line([
      ...[createGuardTable(options), fillGuardTable(plan), createOwnerTable(options)],
      ...[fillOwnerTable(options, { plan, placements, listeners, dns: [] }), changeReal([], real)],
    ]),
  );
  samples.push(performance.now() - startedAt);
  elements = plan.subnets.length + plan.namePorts.length;
  await session.run(removeBoth);
}
await session.stop();
process.stdout.write(`${JSON.stringify({ profile: profile.name, elements, samples })}\n`);

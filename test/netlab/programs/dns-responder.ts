// The DNS responder as a program of its own, for a laboratory. Arguments: nameservers. Prints `nameserver address port`
// for each endpoint, then `ready`, and each original address as it learns it.
import { capturedNameservers, formatNameserver } from '../../../agent/core/resolver-config.ts';
import { startDnsRig } from '../../support/dns-rig.ts';

const text = process.argv.slice(2).map((address) => `nameserver ${address}\n`);
const { responder, table, faults } = await startDnsRig(capturedNameservers(text.join(''), null));
for (const { nameserver, listening } of responder.endpoints()) {
  process.stdout.write(`${formatNameserver(nameserver)} ${listening.address} ${listening.port}\n`);
}
process.stdout.write(faults.length === 0 ? 'ready\n' : `faults ${faults.map(String).join(' ')}\n`);
setInterval(() => {
  for (const { name, originalAddress, originals } of table.list(100)) {
    if (originalAddress === null) continue;
    process.stdout.write(`learnt ${name} ${originalAddress} ${originals.ipv6?.[0] ?? '-'}\n`);
  }
}, 100);

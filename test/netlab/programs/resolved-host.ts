// Makes its own mount namespace (unshare --mount) a machine that has systemd-resolved, with its account, its settings and a
// /run for it, prints `ready` and holds it. Arguments: mount, the nameserver behind resolved.
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [mount = '', nameserver = ''] = process.argv.slice(2);
const account = 991;
const files = {
  passwd: `root:x:0:0::/root:/bin/sh\nsystemd-resolve:x:${account}:${account}::/:/usr/sbin/nologin\n`,
  group: `root:x:0:\nsystemd-resolve:x:${account}:\n`,
};
for (const [name, text] of Object.entries(files)) {
  const own = resolve(`resolved-${name}`);
  writeFileSync(own, text);
  must(['--bind', own, join('/etc', name)]);
}
must(['-t', 'tmpfs', 'tmpfs', '/run']);
mkdirSync('/run/systemd/resolve', { recursive: true });
chownSync('/run/systemd/resolve', account, account);
mkdirSync('/run/systemd/resolved.conf.d');
writeFileSync(
  '/run/systemd/resolved.conf.d/lab.conf',
  ['[Resolve]', `DNS=${nameserver}`, 'FallbackDNS=', 'LLMNR=no', 'MulticastDNS=no', ''].join('\n'),
);
process.stdout.write('ready\n');
// Until it is ended from outside.
setInterval(() => undefined, 60_000);

function must(args: readonly string[]): void {
  const { status, stderr } = spawnSync(mount, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

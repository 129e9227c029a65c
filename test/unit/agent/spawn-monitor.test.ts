// Programs that tell of changes, on a machine that has no descriptor left for them.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const spawnMonitor = new URL('../../../agent/spawn-monitor.ts', import.meta.url).href;
const nftSession = new URL('../../../agent/transparent/nft-session.ts', import.meta.url).href;

/** What `script` prints in a process that has opened all it may. */
function withoutDescriptors(script: string): string {
  const whole = `
    import { openSync } from 'node:fs';
    const { spawnMonitor } = await import('${spawnMonitor}');
    const { openNftSession } = await import('${nftSession}');
    try { for (;;) openSync('/dev/null'); } catch { /* that was the last */ }
    ${script}`;
  const { stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, whole],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return stdout.trim();
}

test.skipIf(process.platform === 'win32')('a program that cannot be started is an error to hear of', () => {
  const script = `spawnMonitor(['/bin/true']).once('error', ({ code }) => console.log(code));`;
  expect(withoutDescriptors(script)).toBe('EMFILE');
});

test.skipIf(process.platform === 'win32')('nft that cannot be started is refused with the reason', () => {
  const script = `
    try { openNftSession(() => undefined, '/bin/true'); } catch ({ code, message }) { console.log(code, message); }`;
  expect(withoutDescriptors(script)).toBe(
    'capture-failed nft: too many open files: /bin/true cannot be started',
  );
});

// Programs that were connected before the agent took their destination, on a network of their own: listed and closed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { olderConnections } from '../../protocol/older-connection.ts';
import { debianPrograms, installedProgram } from '../support/debian-programs.ts';
import { type LabOrganisation, labHosts, startNatOrganisation } from '../support/lab-organisation.ts';
import type { NatLab } from '../support/nat-lab.ts';
import { netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import type { Program } from '../support/processes.ts';

const setpriv = installedProgram('setpriv');
const obstacle = netlabObstacle() ?? (setpriv === null ? 'missing: setpriv' : null);
if (obstacle !== null) process.stdout.write(`older connections laboratory skipped: ${obstacle}\n`);
const { origin } = netlabAddresses;
const curl = debianPrograms.curl.path;
const uid = 61_234;
const patience = { timeout: 20_000, interval: 100 };
const [tickerPort, toldTickerPort] = [9, 10];

describe.skipIf(obstacle !== null)('connections older than the capture', () => {
  let organisation: LabOrganisation<NatLab>;
  beforeAll(async () => {
    organisation = await startNatOrganisation(
      {},
      {
        agent: {
          processes: 'executable',
          customRules: [{ destinations: [`${origin}/32`, labHosts.ticker], ports: [tickerPort, 443] }],
        },
      },
    );
  });
  afterAll(() => organisation.end());

  /** A program that receives something again and again. */
  async function receiver(...words: readonly string[]): Promise<Program> {
    const as = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const program = organisation.lab.start('app', setpriv ?? '', [
      ...[...as, curl, '--silent', '--no-buffer', '--max-time', '110', ...words],
    ]);
    await receives(program);
    return program;
  }

  async function receives(program: Program): Promise<void> {
    const before = program.stdout().length;
    await expect.poll(() => program.stdout().length, patience).toBeGreaterThan(before);
  }

  const older = async () =>
    olderConnections.parse(JSON.parse(await organisation.opengsa('flows', '--older', '--json')));

  it('are listed with their programs, closed on request, and no other connection is touched', async () => {
    const past = [
      await receiver(`telnet://${origin}:${tickerPort}`),
      await receiver(`telnet://${origin}:${tickerPort}`),
    ];
    const elsewhere = await receiver(`telnet://${origin}:${toldTickerPort}`);
    const captured = await receiver(
      ...['--proxytunnel', '--proxy', `http://127.0.0.1:${organisation.proxyPort}`],
      `telnet://${labHosts.ticker}:443`,
    );
    const { connections, namesKnown } = await older();
    expect(namesKnown).toBe(false);
    expect(connections.map(({ remote, process }) => [remote, process.uid, process.executable])).toEqual(
      past.map(() => [`${origin}:${tickerPort}`, uid, curl]),
    );
    const text = await organisation.opengsa('flows', '--older');
    expect(text).toMatch(new RegExp(`${origin.replaceAll('.', '\\.')}:${tickerPort} .* curl, uid ${uid}\n`));
    expect(text).toMatch(/Only destinations that rules name by address are recognised/);
    // Listing closes nothing.
    for (const program of past) await receives(program);

    expect(await organisation.opengsa('flows', '--older', '--close')).toMatch(
      /^2 connections were closed\.$/m,
    );
    for (const program of past) expect((await program.ended).code).not.toBe(0);
    expect((await older()).connections).toEqual([]);
    await receives(elsewhere);
    await receives(captured);
    const { flows } = z
      .object({ flows: z.array(z.object({ destination: z.string(), state: z.string() })) })
      .parse(JSON.parse(await organisation.opengsa('flows', '--json')));
    expect(flows).toMatchObject([{ destination: `${labHosts.ticker}:443`, state: 'open' }]);
  });
});

import { describe, expect, test } from 'vitest';
import { leanPlan } from '../../../../agent/core/capture-plan.ts';
import type { RulesetContent, RulesetOptions } from '../../../../agent/core/nft-ruleset.ts';
import type { NftSession } from '../../../../agent/transparent/nft-session.ts';
import { startRuleKeeper } from '../../../../agent/transparent/rule-keeper.ts';
import { parseAddress, parsePrefix } from '../../../../protocol/address.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const address = (text: string) => parseAddress(text)!;
const options: RulesetOptions = {
  agentUid: 990,
  onlyUid: null,
  synthetic: parsePrefix('6.6.0.0/16')!,
  probe: {
    address: address('6.6.255.254'),
    port: 1,
    arrives: { address: address('127.6.255.254'), port: 1 },
  },
  ipv6Listener: null,
};
const content = (port: number): RulesetContent => ({
  plan: leanPlan({ namePorts: [port] }),
  placements: [],
  listeners: new Map([[port, 4000 + port]]),
  dns: [],
});

/** Sessions that keep what they are told; `end` is their death, `refuse` has them refuse lines that it matches. */
function sessions() {
  const opened: { lines: string[]; end: (reason: string) => void; stopped: boolean }[] = [];
  let refusing: RegExp | null = null;
  let missing = false;
  const open = (onEnd: (reason: string) => void): NftSession => {
    if (missing) throw new OpenGsaError('not-found', 'there is no nft');
    const own = { lines: [] as string[], end: onEnd, stopped: false };
    opened.push(own);
    return {
      run: (line) => {
        if (refusing?.test(line) === true)
          return Promise.reject(new OpenGsaError('capture-failed', 'nft: no'));
        own.lines.push(line);
        return Promise.resolve();
      },
      stop: () => {
        own.stopped = true;
        return Promise.resolve();
      },
    };
  };
  return {
    ...{ opened, open },
    refuse: (pattern: RegExp | null) => (refusing = pattern),
    uninstall: () => (missing = true),
  };
}

async function keeper() {
  const nft = sessions();
  const clock = manualClock();
  const faults: string[] = [];
  const rules = await startRuleKeeper(
    { options, openSession: nft.open, clock, onFault: (fault) => faults.push(fault) },
    content(443),
  );
  return { nft, clock, faults, rules };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the keeper of the rules', () => {
  test('loads both tables in one transaction, and replaces their content in one', async () => {
    const { nft, rules } = await keeper();
    expect(nft.opened[0]?.lines).toHaveLength(1);
    await rules.apply(content(80));
    expect(nft.opened[0]?.lines[1]).toContain('6.6.0.0/16 . 80 : 127.6.0.0/16 . 4080');
    expect(nft.opened[0]?.lines).toHaveLength(2);
  });

  test('loads everything again when nft has died, with what changed meanwhile', async () => {
    const { nft, clock, faults, rules } = await keeper();
    rules.setReal(address('6.6.0.1'), address('198.51.100.1'));
    await turn();
    nft.opened[0]?.end('nft ended (SIGKILL)');
    await rules.apply(content(25));
    rules.setReal(address('6.6.0.2'), address('198.51.100.2'));
    await turn();
    clock.advance(20);
    await turn();
    const again = nft.opened[1]?.lines.join() ?? '';
    expect(again).toContain('6.6.0.0/16 . 25 : 127.6.0.0/16 . 4025');
    expect(again).toContain('real { 6.6.0.1 : 198.51.100.1, 6.6.0.2 : 198.51.100.2 }');
    expect(faults).toEqual(["nft ended (SIGKILL): the capture's rules went with it and are loaded again"]);
  });

  test('tries again, ever more slowly, while the rules cannot be loaded', async () => {
    const { nft, clock, faults } = await keeper();
    nft.refuse(/add table/);
    nft.opened[0]?.end('gone');
    for (const wait of [20, 40, 80]) {
      clock.advance(wait);
      await turn();
    }
    expect(nft.opened).toHaveLength(4);
    expect(nft.opened.slice(1).every(({ stopped }) => stopped)).toBe(true);
    expect(faults.slice(1)).toEqual(Array(3).fill("the capture's rules cannot be loaded: nft: no"));
    nft.refuse(null);
    clock.advance(160);
    await turn();
    expect(nft.opened[4]?.lines).toHaveLength(1);
  });

  test('keeps what held before where nft refuses a change', async () => {
    const { nft, clock, rules } = await keeper();
    nft.refuse(/\. 80 :/);
    await expect(rules.apply(content(80))).rejects.toMatchObject({ code: 'capture-failed' });
    nft.opened[0]?.end('gone');
    clock.advance(20);
    await turn();
    expect(nft.opened[1]?.lines.join()).toContain('. 443 :');
  });

  test('makes the changes of one turn one transaction, and none where nothing changes', async () => {
    const { nft, rules } = await keeper();
    rules.setReal(address('6.6.0.1'), address('198.51.100.1'));
    rules.setReal(address('6.6.0.2'), address('198.51.100.2'));
    rules.setLearned([address('198.51.100.1')]);
    await turn();
    rules.setReal(address('6.6.0.2'), null);
    rules.setLearned([address('198.51.100.1')]);
    await turn();
    rules.setReal(address('6.6.0.1'), address('198.51.100.1'));
    await turn();
    expect(nft.opened[0]?.lines.slice(1)).toEqual([
      'add element inet opengsa real { 6.6.0.1 : 198.51.100.1, 6.6.0.2 : 198.51.100.2 }; ' +
        'add element inet opengsa learned4 { 198.51.100.1 }; add element inet opengsa_guard learned4 { 198.51.100.1 }',
      'delete element inet opengsa real { 6.6.0.2 : 198.51.100.2 }',
    ]);
  });

  test('puts the guard up again where it is gone, with the learned addresses', async () => {
    const { nft, faults, rules } = await keeper();
    rules.setLearned([address('198.51.100.1')]);
    await turn();
    await rules.checkGuard();
    expect(faults).toEqual([]);
    nft.refuse(/^list chain/);
    await rules.checkGuard();
    expect(faults).toHaveLength(1);
    expect(nft.opened[0]?.lines.at(-1)).toMatch(
      /add table inet opengsa_guard;.*learned4 \{ 198\.51\.100\.1 \}$/,
    );
  });

  test('says which rules may be left where nft is no longer there, and ends all the same', async () => {
    const { nft, faults, rules } = await keeper();
    nft.opened[0]?.end('gone');
    nft.uninstall();
    await rules.stop();
    expect(faults.at(-1)).toBe('rules may be left: there is no nft');
  });

  test('removes the guard also while nft is dead', async () => {
    const { nft, rules } = await keeper();
    nft.opened[0]?.end('gone');
    await rules.stop();
    expect(nft.opened[1]).toMatchObject({
      lines: ['add table inet opengsa_guard; delete table inet opengsa_guard'],
      stopped: true,
    });
  });
});

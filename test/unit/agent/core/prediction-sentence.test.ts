// The sentence that says who will see which address: every answer has its words, and none claims too much.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictionSentence } from '../../../../agent/core/prediction-sentence.ts';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import { seen } from '../../../support/seen-as.ts';
import { decision, edgeAddress, ownAddress, watched } from '../../../support/status-inputs.ts';
import { faultsOf } from '../../../support/words.ts';

function answer(path: SeenAs['path'], reason: string, addresses: readonly string[] = []): SeenAs {
  const isOwn = path === 'direct' || /^(address|own)-/.test(reason);
  return seen(addresses, { path, reason, whose: isOwn ? 'own' : 'edge' });
}

const own = watched('login.contoso.test', null, 'proxy-v2');
const entra = watched('Entra ID', 'Sign-in', 'anchor');

describe('one destination', () => {
  test.each<[string, SeenAs]>([
    ['will see your address, which is not proven', answer('edge', 'address-not-proven')],
    ['is blocked', answer('blocked', 'hardening-block')],
    ['will see your own address, 203.0.113.7', answer('direct', 'rule-bypass', [ownAddress])],
    ['will see your own address', answer('direct', 'rule-bypass')],
    ['will see an address that is not known', answer('unknown', 'any')],
    [
      'will see your address, 203.0.113.7 or 2001:db8::7',
      answer('edge', 'address-passed-on', [ownAddress, '2001:db8::7']),
    ],
    ['will see your address, which is being checked', answer('edge', 'own-address-unknown')],
    ['will see what this edge shows, which it does not say', answer('edge', 'foreign-edge')],
    ['will see the edge, 198.51.100.5', answer('edge', 'class-anchor', [edgeAddress])],
    ['will see an address that the edge has not told yet', answer('edge', 'view-awaited')],
    ['will see the edge', answer('edge', 'class-anchor')],
    ['will see the edge, 198.51.100.5', answer('edge', 'signaling-disabled', [edgeAddress])],
  ])('%s', (words, given) => {
    expect(predictionSentence([own], [given], 'en')).toBe(`login.contoso.test ${words}.`);
  });
});

describe('which destinations are named', () => {
  const toEdge = answer('edge', 'class-anchor', [edgeAddress]);
  const passedOn = answer('edge', 'address-passed-on', [ownAddress]);

  test('the first of the organisation’s sign-ins before its apps, then Entra ID; no other', () => {
    const app = { ...watched('app.contoso.test', null, null), decision: decision() };
    const second = watched('idp.contoso.test', null, null);
    const graph = watched('Graph', 'Graph', 'anchor');
    expect(
      predictionSentence(
        [app, own, second, graph, entra],
        [toEdge, passedOn, toEdge, toEdge, answer('blocked', 'any')],
        'en',
      ),
    ).toBe('login.contoso.test will see your address, 203.0.113.7. Entra ID is blocked.');
    expect(predictionSentence([app], [toEdge], 'en')).toBe(
      'app.contoso.test will see the edge, 198.51.100.5.',
    );
  });

  test('two that see the same share a sentence', () => {
    expect(predictionSentence([own, entra], [toEdge, toEdge], 'en')).toBe(
      'login.contoso.test and Entra ID will see the edge, 198.51.100.5.',
    );
  });

  test.each([
    ['nothing is watched', [], []],
    ['nothing is known of what is watched', [entra], []],
    ['other Microsoft services alone are watched', [watched('Graph', 'Graph', 'anchor')], [toEdge]],
  ])('none, where %s', (_, list, given) => {
    expect(predictionSentence(list, given, 'en')).toBe('No rule sends anything through the edge.');
  });
});

test('every answer gives whole sentences with every address, whatever they are combined with', () => {
  const answers = fc.record({
    path: fc.constantFrom('direct', 'edge', 'blocked', 'unknown'),
    reason: fc.constantFrom('class-anchor', 'foreign-edge', 'view-awaited', 'microsoft-direct'),
    addresses: fc.subarray([ownAddress, '2001:db8::7']),
  });
  fc.assert(
    fc.property(answers, answers, (a, b) => {
      const sentence = predictionSentence(
        [own, entra],
        [a, b].map((one) => answer(one.path, one.reason, one.addresses)),
        'en',
      );
      expect(faultsOf(sentence)).toEqual([]);
      if (b.path === 'direct') for (const address of b.addresses) expect(sentence).toContain(address);
    }),
  );
});

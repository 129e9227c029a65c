// Which questions the agent answers itself, and with what.
import packet from 'dns-packet';
import { describe, expect, it, vi } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { type Acquire, failureOf, handleDnsMessage } from '../../../../agent/core/dns-handling.ts';
import { dnsQuestion, type QuestionOptions, rcodeOf } from '../../../support/dns-client.ts';

const acquire: Acquire = (name) =>
  name === 'www.contoso.test' ? { address: parseAddress('6.6.0.1')!, ruleId: 'r1' } : null;

function handle(name: string, options: QuestionOptions = {}): string {
  const handling = handleDnsMessage(dnsQuestion(name, options), acquire);
  if (handling.kind !== 'reply') return handling.kind;
  const { answers = [] } = packet.decode(Buffer.from(handling.message));
  const data = answers.map((answer) => (answer.type === 'A' ? answer.data : answer.type));
  return [rcodeOf(handling.message), ...data, `for ${handling.acquired ?? 'nobody'}`].join(' ');
}

describe('an acquired name', () => {
  it('has its synthetic address and no other', () => {
    expect(handle('www.contoso.test')).toBe('NOERROR 6.6.0.1 for www.contoso.test');
  });

  it.each(['AAAA', 'ANY', 'UNKNOWN_64', 'UNKNOWN_65'] as const)('has nothing of type %s', (type) => {
    expect(handle('www.contoso.test', { type: type as QuestionOptions['type'] & string })).toBe(
      'NOERROR for www.contoso.test',
    );
  });

  it('has no HTTPS record for another port either, which could hint at an address', () => {
    expect(handle('_8443._https.www.contoso.test', { type: 'UNKNOWN_65' as 'A' })).toBe(
      'NOERROR for www.contoso.test',
    );
  });

  it.each(['TXT', 'MX', 'SRV', 'NS', 'SOA', 'DS', 'DNSKEY', 'CNAME'] as const)(
    'has the %s records of its nameserver',
    (type) => {
      expect(handle('www.contoso.test', { type })).toBe('forward');
    },
  );

  it('asked with a later EDNS is told the version that is spoken here', () => {
    const message = dnsQuestion('www.contoso.test', { payload: 1232 });
    message[message.length - 5] = 7;
    const handling = handleDnsMessage(message, acquire);
    expect(handling).toMatchObject({ kind: 'reply', acquired: 'www.contoso.test' });
  });
});

it('any other name goes on to its nameserver, after the rules were asked once', () => {
  const asked = vi.fn<Acquire>(() => null);
  expect(handleDnsMessage(dnsQuestion('other.test'), asked)).toEqual({ kind: 'forward' });
  expect(handleDnsMessage(dnsQuestion('other.test', { type: 'TXT' }), asked)).toEqual({ kind: 'forward' });
  expect(asked.mock.calls).toEqual([['other.test']]);
});

describe('what would lead past the nameservers of this machine', () => {
  it("is denied: Firefox's canary", () => {
    expect(handle('use-application-dns.net')).toBe('NXDOMAIN for nobody');
    expect(handle('use-application-dns.net', { type: 'AAAA' })).toBe('NXDOMAIN for nobody');
  });

  it('is empty: the discovery of encrypted resolvers', () => {
    expect(handle('_dns.resolver.arpa', { type: 'UNKNOWN_64' as 'A' })).toBe('NOERROR for nobody');
  });
});

it('what cannot be read is FORMERR, or nothing where even the header is missing', () => {
  const question = dnsQuestion('www.contoso.test');
  const cut = handleDnsMessage(question.subarray(0, 15), acquire);
  expect(cut.kind === 'reply' && rcodeOf(cut.message)).toBe('FORMERR');
  expect(handleDnsMessage(question.subarray(0, 5), acquire)).toEqual({ kind: 'drop' });
});

it('a nameserver that cannot be asked is SERVFAIL; an answer has no failure', () => {
  const question = dnsQuestion('other.test');
  expect(rcodeOf(failureOf(question)!)).toBe('SERVFAIL');
  expect(failureOf(packet.encode({ type: 'response', id: 1 }))).toBeNull();
});

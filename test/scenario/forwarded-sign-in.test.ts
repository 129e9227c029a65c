// A whole sign-in at a host whose TLS the edge ends: discovery, login, consent, tokens and user information, from a program
// that lies about its address in every request. Agent, edge and provider are programs of their own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEdgeIn } from '../support/edge-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { forwardingNames } from '../support/forwarding-names.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const forged = '6.6.6.6';
const lies = {
  ...Object.fromEntries(
    forwardingNames
      // A name of one edge's own configuration, which another takes for the application's business.
      .filter((name) => name !== 'X-Person-Address')
      .map((name) => [name, forged]),
  ),
  'X-Forwarded-For': [`${forged}, 7.7.7.7`, forged],
  x_forwarded_for: forged,
  'X.Forwarded.For': forged,
  Forwarded: `for=${forged};host=evil.test;proto=http`,
  'X-Forwarded-Host': 'evil.test',
  Connection: 'keep-alive, X-Forwarded-For',
};
/** Where each step of an authorization code grant asks. */
const steps = ['/.well-known/openid-configuration', '/auth', '/sign-in/', '/auth/', '/token', '/me'];

let group: ProgramGroup;
let contoso: Contoso;

beforeAll(async () => {
  group = createProgramGroup();
  contoso = await startContoso({ group, providerClass: 'forwarded' });
});
afterAll(() => group.end());

/** What the provider received and logged during one sign-in. */
async function signInWithLies() {
  const before = { requests: contoso.requests().length, signIns: contoso.signIns().length };
  const result = await contoso.signIn({ fields: lies, consent: true });
  return {
    result,
    requests: contoso.requests().slice(before.requests),
    signIns: contoso.signIns().slice(before.signIns),
  };
}

function valuesIn(fields: readonly string[], name: string): string[] {
  return fields.filter((_, i) => i % 2 === 1 && fields[i - 1]?.toLowerCase() === name);
}

async function edgeRecords(traceparent: string): Promise<unknown[]> {
  const words = [
    'logs',
    '--trace',
    traceparent,
    '--json',
    '--config',
    'edge.yaml',
    '--state-dir',
    'edge-state',
  ];
  const { stdout } = await runEdgeIn(group, words);
  return (JSON.parse(stdout) as { flows: unknown[] }).flows;
}

describe('with signalling on', () => {
  let seen: Awaited<ReturnType<typeof signInWithLies>>;
  beforeAll(async () => {
    seen = await signInWithLies();
  });

  test('the person is signed in, and the access token opens the user information', () => {
    const who = { preferred_username: contoso.person.username, name: 'Demo Person' };
    expect(seen.result).toMatchObject({ kind: 'tokens', claims: who, userInfo: who });
  });

  test("the provider's log has the workstation's address, and the edge's as the one that told it", () => {
    expect(seen.signIns).toMatchObject([
      {
        ipAddress: addresses.workstation,
        globalSecureAccessIpAddress: addresses.edge,
        userPrincipalName: contoso.person.username,
        conditionalAccessStatus: 'success',
        status: { errorCode: 0 },
        isInteractive: true,
      },
    ]);
  });

  test('every step passed through the edge, with one written address and no lie', () => {
    for (const step of steps)
      expect(
        seen.requests.filter(({ path }) => path.startsWith(step)),
        step,
      ).not.toEqual([]);
    // Login and consent: each form is loaded and sent.
    expect(seen.requests.filter(({ path }) => path.startsWith('/sign-in/'))).toHaveLength(4);
    for (const { path, fields } of seen.requests) {
      expect(valuesIn(fields, 'x-forwarded-for'), path).toEqual([addresses.workstation]);
      expect(valuesIn(fields, 'host'), path).toEqual(['login.contoso.test']);
      expect(fields.join('\n'), path).not.toMatch(/6\.6\.6\.6|7\.7\.7\.7|evil\.test/);
    }
  });

  test("one trace joins the provider's log with those of the agent and the edge", async () => {
    const traceId = seen.signIns[0]?.correlationId.replaceAll('-', '') ?? '';
    const flow = (await contoso.flows()).find(({ traceparent }) => traceparent?.includes(traceId));
    expect(flow).toMatchObject({
      destination: 'login.contoso.test:443',
      egressObserved: addresses.workstation,
    });
    await expect
      .poll(() => edgeRecords(flow?.traceparent ?? ''), { timeout: 10_000 })
      .toMatchObject([
        {
          class: 'forwarded',
          peerAddress: addresses.workstation,
          statedAddress: addresses.workstation,
          edgeAddress: addresses.edge,
          signaling: 'enabled',
        },
      ]);
  });
});

test('with signalling off the provider is told nothing, lies included; HTTP is ended as before', async () => {
  await contoso.setRestoration('off');
  const off = await signInWithLies();
  // The policy's own answer, after all forms: the person's program still trusts nobody but the edge's authority.
  expect(off.result).toMatchObject({ kind: 'denied', error: 'access_denied' });
  expect(off.signIns).toMatchObject([
    {
      ipAddress: addresses.edge,
      userPrincipalName: contoso.person.username,
      conditionalAccessStatus: 'failure',
      status: { errorCode: 53_003 },
    },
  ]);
  expect(off.requests.some(({ path }) => path.startsWith('/sign-in/'))).toBe(true);
  for (const { path, fields } of off.requests) {
    const names = fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(
      names.filter((name) => name.includes('forward')),
      path,
    ).toEqual([]);
    expect(fields.join('\n'), path).not.toMatch(/6\.6\.6\.6|7\.7\.7\.7|evil\.test|127\.10\.0\.7/);
  }
  const traceId = off.signIns[0]?.correlationId.replaceAll('-', '') ?? '';
  const flow = (await contoso.flows()).find(({ traceparent }) => traceparent?.includes(traceId));
  await expect
    .poll(() => edgeRecords(flow?.traceparent ?? ''), { timeout: 10_000 })
    .toMatchObject([{ class: 'forwarded', statedAddress: null, signaling: 'disabled' }]);

  await contoso.setRestoration('on');
  expect((await signInWithLies()).signIns).toMatchObject([{ ipAddress: addresses.workstation }]);
});

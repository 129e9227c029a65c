// The story that the demo tells: three sign-ins, and what the provider's own log must say about them.
import type { Contoso, Step } from '../support/contoso.ts';
import { addresses } from '../support/contoso.ts';
import type { SignIn } from '../support/identity-provider/sign-in-log.ts';
import type { SignInResult } from '../support/sign-in.ts';
import { OpenGsaError } from '../../protocol/error.ts';

export type Restoration = 'on' | 'off';

/** One sign-in: what the person got, and what the provider logged about it. */
export type Chapter = {
  readonly restoration: Restoration;
  readonly result: SignInResult;
  readonly row: SignIn;
};

/** Restoration on, off and on again, without restarting anything. */
export async function tellStory(contoso: Contoso, step: Step): Promise<Chapter[]> {
  const first = await signInOnce(contoso, step, 'on', 'Sign in: the edge states the workstation’s address');
  await step('Switch restoration off at the edge', (show) => contoso.setRestoration('off', show));
  const second = await signInOnce(contoso, step, 'off', 'Sign in again: the provider is told nothing');
  await step('Switch restoration on again', (show) => contoso.setRestoration('on', show));
  const third = await signInOnce(contoso, step, 'on', 'Sign in a third time');
  return [first, second, third];
}

async function signInOnce(
  contoso: Contoso,
  step: Step,
  restoration: Restoration,
  title: string,
): Promise<Chapter> {
  return step(title, async (show) => {
    const before = contoso.signIns().length;
    const result = await contoso.signIn();
    const [row, ...more] = contoso.signIns().slice(before);
    if (row === undefined || more.length > 0) {
      throw new OpenGsaError(
        'internal',
        `the provider logged ${more.length + (row ? 1 : 0)} rows for one sign-in`,
      );
    }
    show(`${contoso.person.username}: ${outcome(result)}`);
    return { restoration, result, row };
  });
}

function outcome(result: SignInResult): string {
  return result.kind === 'tokens' ? 'got tokens' : `${result.error}: ${result.description}`;
}

/** What is wrong with the log, as sentences; empty where the story came out as it must. */
export function faultsOf(chapters: readonly Chapter[]): string[] {
  return chapters.flatMap(({ restoration, result, row }, i) => {
    const on = restoration === 'on';
    const expected = {
      address: on ? addresses.workstation : addresses.edge,
      verdict: on ? 'success' : 'failure',
      result: on ? 'tokens' : 'access_denied',
    };
    const actual = {
      address: row.ipAddress,
      verdict: row.conditionalAccessStatus,
      result: result.kind === 'tokens' ? 'tokens' : result.error,
    };
    return (['address', 'verdict', 'result'] as const)
      .filter((field) => actual[field] !== expected[field])
      .map((field) => `sign-in ${i + 1}: the ${field} is ${actual[field]}, not ${expected[field]}`);
  });
}

/** What `--json` prints. */
export function storyDocument(chapters: readonly Chapter[]) {
  return {
    signIns: chapters.map(({ restoration, result, row }) => ({
      restoration,
      ipAddress: row.ipAddress,
      edgeAddress: addresses.edge,
      workstationAddress: addresses.workstation,
      conditionalAccess: row.conditionalAccessStatus,
      result: result.kind === 'tokens' ? 'tokens' : result.error,
      signIn: row,
    })),
  };
}

export function ownerOf(address: string): string {
  if (address === addresses.workstation) return 'workstation';
  return address === addresses.edge ? 'edge' : 'unknown';
}

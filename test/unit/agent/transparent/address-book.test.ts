import { expect, test } from 'vitest';
import { createAddressBook } from '../../../../agent/transparent/address-book.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const address = (text: string) => parseAddress(text)!;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A book whose transactions end when the test says. */
function bookOfTransactions() {
  const sent: { readonly commands: string; readonly end: (error?: Error) => Promise<unknown> }[] = [];
  const faults: string[] = [];
  const send = (commands: string): Promise<boolean> =>
    new Promise((resolve, reject) =>
      sent.push({
        commands,
        end: (error) => {
          if (error === undefined) resolve(true);
          else reject(error);
          return turn();
        },
      }),
    );
  return { book: createAddressBook(send, (fault) => faults.push(fault)), sent, faults };
}

test('what changes during a transaction is the difference from what that one leaves', async () => {
  const { book, sent, faults } = bookOfTransactions();
  book.setReal(address('6.6.0.1'), address('198.51.100.1'));
  await turn();
  await sent[0]?.end();
  book.setReal(address('6.6.0.1'), address('198.51.100.2'));
  await turn();
  book.setReal(address('6.6.0.2'), address('198.51.100.3'));
  await turn();
  await sent[1]?.end();
  await turn();
  await sent[2]?.end();
  expect(sent.slice(1).map(({ commands }) => commands)).toEqual([
    'delete element inet opengsa real { 6.6.0.1 : 198.51.100.1 }; add element inet opengsa real { 6.6.0.1 : 198.51.100.2 }',
    'add element inet opengsa real { 6.6.0.2 : 198.51.100.3 }',
  ]);
  expect(faults).toEqual([]);
});

test('what was refused is told again on request, and only that', async () => {
  const { book, sent, faults } = bookOfTransactions();
  book.setLearned([address('198.51.100.1')]);
  await turn();
  await sent[0]?.end(new Error('no such table'));
  expect(faults).toEqual(['addresses cannot be changed: no such table']);
  book.retry();
  await turn();
  expect(sent[1]?.commands).toBe(sent[0]?.commands);
  await sent[1]?.end();
  book.retry();
  await turn();
  expect(sent).toHaveLength(2);
});

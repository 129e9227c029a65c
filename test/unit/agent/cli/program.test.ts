// The client's command line as a whole: what scripts may rely on in every command.
import { describe, expect, test } from 'vitest';
import { runClient } from '../../../../agent/cli/program.ts';

const commands = await namesBelow([]);

test('the commands are found', () => {
  expect(commands).toContain('seen-as');
  expect(commands).toContain('inspection status');
  // Help is an option everywhere and nowhere a command.
  expect(commands.filter((command) => /\bhelp$/.test(command))).toEqual([]);
});

describe.each(commands)('opengsa %s', (command) => {
  test('takes the management socket, whether or not it needs the agent', async () => {
    expect(await helpOf(command.split(' '))).toContain('--socket <path>');
  });
});

/** Every command that does something, groups unfolded. */
async function namesBelow(group: readonly string[]): Promise<string[]> {
  const listed = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(await helpOf(group))?.[1] ?? '';
  // Commander breaks long descriptions; only a command stands at the margin of two.
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
  if (names.length === 0) return [group.join(' ')];
  return (await Promise.all(names.map((name) => namesBelow([...group, name])))).flat();
}

async function helpOf(command: readonly string[]): Promise<string> {
  let text = '';
  const line = (more: string) => void (text += `${more}\n`);
  const code = await runClient([...command, '--help'], {
    line,
    errorLine: line,
    environment: {},
  } as Parameters<typeof runClient>[1]);
  expect(code).toBe(0);
  return text;
}

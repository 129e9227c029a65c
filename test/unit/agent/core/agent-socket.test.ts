// Which agent a client asks: the named one, the person's own or the installed service.
import { expect, test } from 'vitest';
import { chooseAgentSocket, type SocketPlaces } from '../../../../agent/core/agent-socket.ts';

const own = '/run/user/1000/opengsa/agent.sock';
const installed = '/run/opengsa/agent.sock';
const places: SocketPlaces = { named: null, own, installed, packaged: false };

test.each<[string, Partial<SocketPlaces>, readonly string[], string]>([
  [
    'a named one is asked, there or not',
    { named: '/tmp/a.sock', packaged: true },
    [installed, own],
    '/tmp/a.sock',
  ],
  ['from a checkout: its own where both are there', {}, [own, installed], own],
  ['from a checkout: the installed one where it is alone', {}, [installed], installed],
  ['from a checkout: its own where none is there', {}, [], own],
  ['installed: the service where both are there', { packaged: true }, [own, installed], installed],
  ['installed: one that the person has started where it is alone', { packaged: true }, [own], own],
  ['installed: the service where none is there', { packaged: true }, [], installed],
  ['on a system without that place: its own', { installed: null, packaged: true }, [], own],
])('%s', (_, changes, there, expected) => {
  expect(chooseAgentSocket({ ...places, ...changes }, (path) => there.includes(path))).toBe(expected);
});

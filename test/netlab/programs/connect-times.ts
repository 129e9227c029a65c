// Connects to two places in turn, TIMES times each, and prints for each the microseconds until connected, as JSON.
// Arguments: times, address, port, address, port.
import { once } from 'node:events';
import { connect } from 'node:net';

const [times = '', ...rest] = process.argv.slice(2);
const places = [
  { host: rest[0] ?? '', port: Number(rest[1]), samples: [] as number[] },
  { host: rest[2] ?? '', port: Number(rest[3]), samples: [] as number[] },
];
const warmUp = 50;
for (let i = 0; i < Number(times) + warmUp; i++) {
  // The second of two finds everything warm: each is the second as often as the first.
  for (const { host, port, samples } of i % 2 === 0 ? places : places.toReversed()) {
    const startedAt = process.hrtime.bigint();
    const socket = connect({ host, port });
    await once(socket, 'connect');
    if (i >= warmUp) samples.push(Number(process.hrtime.bigint() - startedAt) / 1000);
    socket.destroy();
    await once(socket, 'close');
    // What the far ends do with a connection that has gone is not to disturb the next one.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
process.stdout.write(`${JSON.stringify(places.map(({ samples }) => samples))}\n`);

// Asks systemd-resolved for a name's addresses as nss-resolve does, past its stub: by Varlink, whose messages are JSON that
// ends with a zero byte. Prints the addresses. Argument: the name.
import { connect } from 'node:net';
import { z } from 'zod';

const reply = z.object({
  error: z.string().optional(),
  parameters: z.object({ addresses: z.array(z.object({ address: z.array(z.int()) })).default([]) }),
});

const [name = ''] = process.argv.slice(2);
const socket = connect('/run/systemd/resolve/io.systemd.Resolve');
const ipv4 = 2;
const question = {
  method: 'io.systemd.Resolve.ResolveHostname',
  parameters: { name, family: ipv4, flags: 0 },
};
socket.write(`${JSON.stringify(question)}\0`);
let text = '';
for await (const chunk of socket.setEncoding('utf8')) {
  text += String(chunk);
  if (text.endsWith('\0')) break;
}
const { error, parameters } = reply.parse(JSON.parse(text.slice(0, -1)));
process.stdout.write(`${error ?? parameters.addresses.map(({ address }) => address.join('.')).join(' ')}\n`);

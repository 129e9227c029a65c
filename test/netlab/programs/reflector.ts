// A reflection service for laboratory tests: HTTPS that answers with the address of the connection.
// Arguments: address, port, certificate file, key file.
import { readFileSync } from 'node:fs';
import { startReflector } from '../../support/reflector.ts';

const [host = '', port = '', certificate = '', key = ''] = process.argv.slice(2);
await startReflector(
  { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') },
  { host, port: Number(port) },
);
process.stdout.write('ready\n');

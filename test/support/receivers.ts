// Other people's programs that take the PROXY header or a forwarding header: they tell in HTTP over TLS what they were told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { encodeProxyHeader } from '../../protocol/proxy-v2.ts';
import type { Identity } from './pki.ts';
import { writeIdentity } from './pki.ts';
import type { ProgramGroup } from './processes.ts';
import { closedPort } from './origins.ts';

export type Receiver = { readonly host: string; readonly port: number };

/** Answers `SOURCE AUTHORITY UNIQUE-ID`, and resets a connection whose header is missing or has a wrong checksum. */
export async function startHaproxy(
  group: ProgramGroup,
  program: string,
  identity: Identity,
): Promise<Receiver> {
  const receiver = { host: '127.0.0.1', port: await closedPort() };
  const pem = join(group.folder, 'haproxy.pem');
  writeFileSync(pem, identity.cert + identity.key, { mode: 0o600 });
  const config = join(group.folder, 'haproxy.cfg');
  writeFileSync(
    config,
    [
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 10s',
      '  timeout server 10s',
      'frontend told',
      `  bind ${receiver.host}:${receiver.port} accept-proxy ssl crt ${pem}`,
      '  http-request return status 200 content-type text/plain ' +
        'lf-string "%[src] %[fc_pp_authority] %[fc_pp_unique_id]"',
      '',
    ].join('\n'),
  );
  group.start(program, ['-db', '-f', config]);
  await untilAccepting(receiver);
  return receiver;
}

/** Answers `SOURCE CONNECTION-PEER`. */
export async function startNginx(
  group: ProgramGroup,
  program: string,
  identity: Identity,
): Promise<Receiver> {
  const receiver = { host: '127.0.0.1', port: await closedPort() };
  const dir = join(group.folder, 'nginx');
  mkdirSync(dir);
  const files = writeIdentity(dir, 'server', identity);
  const config = join(dir, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    config,
    [
      'daemon off;',
      'master_process off;',
      `pid ${dir}/pid;`,
      'error_log stderr;',
      'events {}',
      'http {',
      '  access_log off;',
      ...temporary.map((name) => `  ${name}_temp_path ${dir}/${name};`),
      '  server {',
      `    listen ${receiver.host}:${receiver.port} ssl proxy_protocol;`,
      `    ssl_certificate ${files.cert};`,
      `    ssl_certificate_key ${files.key};`,
      '    set_real_ip_from 127.0.0.0/8;',
      '    real_ip_header proxy_protocol;',
      '    location / { return 200 "$remote_addr $realip_remote_addr"; }',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  group.start(program, ['-p', dir, '-e', 'stderr', '-c', config]);
  await untilAccepting(receiver);
  return receiver;
}

/** Answers `http VERSION` and then every field as it came; speaks only `protocol`. */
export async function startHeaderShowingHaproxy(
  group: ProgramGroup,
  program: string,
  identity: Identity,
  protocol: 'h2' | 'http/1.1',
): Promise<Receiver> {
  const receiver = { host: '127.0.0.1', port: await closedPort() };
  const name = protocol === 'h2' ? 'shows-h2' : 'shows-h1';
  const pem = join(group.folder, `${name}.pem`);
  writeFileSync(pem, identity.cert + identity.key, { mode: 0o600 });
  const config = join(group.folder, `${name}.cfg`);
  writeFileSync(
    config,
    [
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 10s',
      '  timeout server 10s',
      'frontend shows',
      `  bind ${receiver.host}:${receiver.port} ssl crt ${pem} alpn ${protocol}`,
      '  http-request return status 200 content-type text/plain lf-string "http %[fc_http_major]\\n%[req.hdrs]"',
      '',
    ].join('\n'),
  );
  group.start(program, ['-db', '-f', config]);
  await untilListening(receiver);
  return receiver;
}

/** Speaks HTTP/2, believes X-Forwarded-For of loopback, and answers `VERSION CLIENT [HEADER]`. */
export async function startHttp2Nginx(
  group: ProgramGroup,
  program: string,
  identity: Identity,
): Promise<Receiver> {
  const receiver = { host: '127.0.0.1', port: await closedPort() };
  const dir = join(group.folder, 'nginx-http2');
  mkdirSync(dir);
  const files = writeIdentity(dir, 'server', identity);
  const config = join(dir, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    config,
    [
      'daemon off;',
      'master_process off;',
      `pid ${dir}/pid;`,
      'error_log stderr;',
      'events {}',
      'http {',
      '  access_log off;',
      ...temporary.map((name) => `  ${name}_temp_path ${dir}/${name};`),
      '  server {',
      `    listen ${receiver.host}:${receiver.port} ssl http2;`,
      '    underscores_in_headers on;',
      `    ssl_certificate ${files.cert};`,
      `    ssl_certificate_key ${files.key};`,
      '    set_real_ip_from 127.0.0.0/8;',
      '    real_ip_header X-Forwarded-For;',
      '    location / { return 200 "$server_protocol $remote_addr [$http_x_forwarded_for]"; }',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  group.start(program, ['-p', dir, '-e', 'stderr', '-c', config]);
  await untilListening(receiver);
  return receiver;
}

async function untilListening(receiver: Receiver): Promise<void> {
  await untilAccepting(receiver, new Uint8Array(0));
}

/** A bare TCP probe would make the receiver log an error, so it is asked with a LOCAL header. */
async function untilAccepting(
  { host, port }: Receiver,
  firstBytes = encodeProxyHeader({ command: 'local' }),
): Promise<void> {
  for (;;) {
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect');
      socket.end(firstBytes);
      return;
    } catch {
      // Not listening yet; the test's own limit ends the wait.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroySoon();
    }
  }
}

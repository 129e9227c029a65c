// Other people's programs that take the PROXY header or a forwarding header: they tell in HTTP over TLS what they were told.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { encodeProxyHeader } from '../../protocol/proxy-v2.ts';
import type { Identity } from './pki.ts';
import { writeIdentity } from './pki.ts';
import { isRoot } from './debian-programs.ts';
import type { Program, ProgramGroup } from './processes.ts';
import { closedPort } from './origins.ts';

export type Receiver = { readonly host: string; readonly port: number };

export type ReceiverOptions = {
  readonly group: ProgramGroup;
  /** Path of the program. */
  readonly program: string;
  /** What it shows to TLS clients. */
  readonly identity: Identity;
  /** The loopback address that it listens on. */
  readonly host?: string;
  /** What HAProxy answers, in its log format; absent: `SOURCE AUTHORITY UNIQUE-ID`. */
  readonly says?: string;
};

/**
 * Answers `SOURCE AUTHORITY UNIQUE-ID`, logs `TRACE SOURCE STATUS` for each request, and resets a connection whose header
 * is missing or has a wrong checksum.
 */
export async function startHaproxy(options: ReceiverOptions): Promise<Receiver & { readonly log: Program }> {
  const says = options.says ?? '%[src] %[fc_pp_authority] %[fc_pp_unique_id]';
  const { receiver, program } = await runHaproxy(options, 'haproxy', 'accept-proxy ssl', [
    '  log global',
    '  log-format "%[fc_pp_unique_id] %[src] %ST"',
    `  http-request return status 200 content-type text/plain lf-string "${says}"`,
  ]);
  await untilAccepting(receiver);
  return { ...receiver, log: program };
}

/** Answers `http VERSION` and then every field as it came; speaks only `protocol`. */
export async function startHeaderShowingHaproxy(
  options: ReceiverOptions,
  protocol: 'h2' | 'http/1.1',
): Promise<Receiver> {
  const { receiver } = await runHaproxy(
    options,
    `shows-${protocol === 'h2' ? 'h2' : 'h1'}`,
    'ssl',
    [
      '  http-request return status 200 content-type text/plain lf-string "http %[fc_http_major]\\n%[req.hdrs]"',
    ],
    ` alpn ${protocol}`,
  );
  await untilListening(receiver);
  return receiver;
}

/** Answers `SOURCE CONNECTION-PEER`. Checksums are not looked at; before 1.23.2 a header has at most 108 bytes. */
export async function startNginx(options: ReceiverOptions): Promise<Receiver> {
  const receiver = await runNginx(options, 'nginx', 'proxy_protocol', [
    '    real_ip_header proxy_protocol;',
    '    location / { return 200 "$remote_addr $realip_remote_addr"; }',
  ]);
  await untilAccepting(receiver);
  return receiver;
}

/** Speaks HTTP/2, believes X-Forwarded-For of loopback, and answers `VERSION CLIENT [HEADER]`. */
export async function startHttp2Nginx(options: ReceiverOptions): Promise<Receiver> {
  const receiver = await runNginx(options, 'nginx-http2', 'http2', [
    '    underscores_in_headers on;',
    '    real_ip_header X-Forwarded-For;',
    '    location / { return 200 "$server_protocol $remote_addr [$http_x_forwarded_for]"; }',
  ]);
  await untilListening(receiver);
  return receiver;
}

/** Answers `SOURCE CONNECTION-PEER`. Checksums are not looked at. */
export async function startApache(options: ReceiverOptions): Promise<Receiver> {
  const { receiver } = await runApache(options, 'apache', [
    '  RemoteIPProxyProtocol On',
    // A page of no file: everything is gone, and the text says for whom.
    '  Redirect gone /',
    '  ErrorDocument 410 "%{REMOTE_ADDR} %{CONN_REMOTE_ADDR}"',
  ]);
  await untilAccepting(receiver);
  return receiver;
}

/**
 * Takes the client from X-Forwarded-For by mod_remoteip, and logs `X-CASE CLIENT CONNECTION-PEER [X-FORWARDED-FOR]
 * [FORWARDED]`, where the first of the headers is what mod_remoteip left of it.
 */
export async function startRemoteIpApache(
  options: ReceiverOptions,
): Promise<Receiver & { readonly accessLog: () => string[] }> {
  const { receiver, dir } = await runApache(options, 'apache-remoteip', [
    '  RemoteIPHeader X-Forwarded-For',
    // Trusts devices as well, so that an element before the edge's would be believed.
    '  RemoteIPInternalProxy 127.0.0.0/8',
    '  MaxKeepAliveRequests 0',
    '  LogFormat "%{X-Case}i %a %{c}a [%{X-Forwarded-For}i] [%{Forwarded}i]" told',
    '  CustomLog access.log told',
    '  Redirect gone /',
  ]);
  await untilListening(receiver);
  return {
    ...receiver,
    accessLog: () => readFileSync(join(dir, 'access.log'), 'utf8').split('\n').slice(0, -1),
  };
}

async function runHaproxy(
  options: ReceiverOptions,
  name: string,
  listening: string,
  lines: readonly string[],
  afterCertificate = '',
): Promise<{ readonly receiver: Receiver; readonly program: Program }> {
  const { identity } = options;
  const { receiver, dir, bind } = await placeOf(options, name);
  const pem = join(dir, 'haproxy.pem');
  writeFileSync(pem, identity.cert + identity.key, { mode: 0o600 });
  const config = join(dir, 'haproxy.cfg');
  writeFileSync(
    config,
    [
      'global',
      '  log stdout format raw local0',
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 10s',
      '  timeout server 10s',
      'frontend told',
      `  bind ${bind} ${listening} crt ${pem}${afterCertificate}`,
      ...lines,
      '',
    ].join('\n'),
  );
  return { receiver, program: options.group.start(options.program, ['-db', '-f', config]) };
}

async function runNginx(
  options: ReceiverOptions,
  name: string,
  listening: string,
  lines: readonly string[],
): Promise<Receiver> {
  const { receiver, dir, bind } = await placeOf(options, name);
  const files = writeIdentity(dir, 'server', options.identity);
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
      ...temporary.map((kind) => `  ${kind}_temp_path ${dir}/${kind};`),
      '  server {',
      `    listen ${bind} ssl ${listening};`,
      `    ssl_certificate ${files.cert};`,
      `    ssl_certificate_key ${files.key};`,
      '    set_real_ip_from 127.0.0.0/8;',
      '    set_real_ip_from ::1;',
      ...lines,
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  options.group.start(options.program, ['-p', dir, '-e', 'stderr', '-c', config]);
  return receiver;
}

async function runApache(options: ReceiverOptions, name: string, lines: readonly string[]) {
  const { receiver, dir, bind } = await placeOf(options, name);
  const files = writeIdentity(dir, 'server', options.identity);
  const config = join(dir, 'httpd.conf');
  const modules = ['mpm_event', 'authz_core', 'ssl', 'remoteip', 'alias'];
  writeFileSync(
    config,
    [
      ...modules.map((module) => `LoadModule ${module}_module /usr/lib/apache2/modules/mod_${module}.so`),
      // A server started by root must have somebody to become.
      ...(isRoot() ? ['User nobody', 'Group nogroup'] : []),
      `ServerRoot ${dir}`,
      `DefaultRuntimeDir ${dir}`,
      `PidFile ${dir}/pid`,
      `ErrorLog ${dir}/error.log`,
      'ServerName told.contoso.test',
      `Listen ${bind} https`,
      `<VirtualHost ${bind}>`,
      '  SSLEngine on',
      `  SSLCertificateFile ${files.cert}`,
      `  SSLCertificateKeyFile ${files.key}`,
      ...lines,
      '</VirtualHost>',
      '',
    ].join('\n'),
  );
  // One process, so that killing it leaves no children behind.
  options.group.start(options.program, ['-X', '-f', config]);
  return { receiver, dir };
}

async function untilListening(receiver: Receiver): Promise<void> {
  await untilAccepting(receiver, new Uint8Array(0));
}

/** A free port, a folder that a program without root's rights can use, and both as a line of configuration. */
async function placeOf({ group, host = '127.0.0.1' }: ReceiverOptions, name: string) {
  const receiver: Receiver = { host, port: await closedPort(host) };
  const bind = host.includes(':') ? `[${host}]:${receiver.port}` : `${host}:${receiver.port}`;
  const dir = join(group.folder, `${name}-${receiver.port}`);
  mkdirSync(dir);
  if (isRoot()) {
    chmodSync(group.folder, 0o711);
    chmodSync(dir, 0o777);
  }
  return { receiver, dir, bind };
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

// Other people's proxies as edges: Apache httpd, and HAProxy in front of Squid, each with client certificates.
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Pki } from './pki.ts';
import { writeIdentity } from './pki.ts';
import { isRoot } from './debian-programs.ts';
import type { Program, ProgramGroup } from './processes.ts';
import { closedPort } from './origins.ts';

export type ForeignEdge = { readonly url: string; readonly port: number };

/** The only address that these edges connect to; everything else is refused by 403. */
export const allowedAddress = '127.0.0.1';

const modules = ['mpm_event', 'authz_core', 'ssl', 'http2', 'proxy', 'proxy_connect'];

/** Apache httpd with mod_proxy_connect, over HTTP/2 and HTTP/1.1. */
export async function startApache(group: ProgramGroup, program: string, pki: Pki): Promise<ForeignEdge> {
  const port = await closedPort();
  const dir = folderOf(group, 'apache');
  const { cert, key, authority } = writeTls(dir, pki);
  const config = join(dir, 'httpd.conf');
  const loaded = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
  writeFileSync(
    config,
    [
      ...loaded,
      // A server started by root must have somebody to become.
      ...(isRoot() ? ['User nobody', 'Group nogroup'] : []),
      `ServerRoot ${dir}`,
      `DefaultRuntimeDir ${dir}`,
      `PidFile ${dir}/pid`,
      `ErrorLog ${dir}/error.log`,
      'ThreadsPerChild 64',
      'ServerName edge.contoso.test',
      `Listen 127.0.0.1:${port}`,
      `<VirtualHost 127.0.0.1:${port}>`,
      '  Protocols h2 http/1.1',
      '  SSLEngine on',
      '  SSLProtocol -all +TLSv1.3',
      `  SSLCertificateFile ${cert}`,
      `  SSLCertificateKeyFile ${key}`,
      `  SSLCACertificateFile ${authority}`,
      '  SSLVerifyClient require',
      '  ProxyRequests On',
      '  AllowCONNECT 1-65535',
      '  <Proxy "*">',
      '    Require all denied',
      '  </Proxy>',
      `  <ProxyMatch "^${allowedAddress.replaceAll('.', '[.]')}:">`,
      '    Require all granted',
      '  </ProxyMatch>',
      '</VirtualHost>',
      '',
    ].join('\n'),
  );
  // One process, so that killing it leaves no children behind.
  await untilAccepting(port, group.start(program, ['-X', '-f', config]));
  return { url: `https://edge.contoso.test:${port}`, port };
}

/** HAProxy ends TLS and speaks HTTP/2; it cannot connect anywhere itself, so Squid behind it does. */
export async function startHaproxyWithSquid(
  group: ProgramGroup,
  programs: { readonly haproxy: string; readonly squid: string },
  pki: Pki,
): Promise<ForeignEdge> {
  const squidPort = await startSquid(group, programs.squid);
  const port = await closedPort();
  const dir = folderOf(group, 'front');
  const { authority } = writeTls(dir, pki);
  const pem = join(dir, 'edge.pem');
  writeFileSync(pem, pki.edge.cert + pki.edge.key, { mode: 0o600 });
  const config = join(dir, 'haproxy.cfg');
  writeFileSync(
    config,
    [
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 1m',
      '  timeout server 1m',
      '  timeout tunnel 1h',
      'frontend tunnel',
      `  bind 127.0.0.1:${port} ssl crt ${pem} ca-file ${authority} verify required ssl-min-ver TLSv1.3 alpn h2,http/1.1`,
      '  default_backend proxy',
      'backend proxy',
      `  server squid 127.0.0.1:${squidPort}`,
      '',
    ].join('\n'),
  );
  await untilAccepting(port, group.start(programs.haproxy, ['-db', '-f', config]));
  return { url: `https://edge.contoso.test:${port}`, port };
}

async function startSquid(group: ProgramGroup, program: string): Promise<number> {
  const port = await closedPort();
  const dir = folderOf(group, 'squid');
  const config = join(dir, 'squid.conf');
  writeFileSync(
    config,
    [
      `http_port 127.0.0.1:${port}`,
      'visible_hostname edge.contoso.test',
      `acl allowed dst ${allowedAddress}`,
      'acl tunnelling method CONNECT',
      'http_access allow tunnelling allowed',
      'http_access deny all',
      'cache deny all',
      'access_log none',
      `cache_log ${dir}/cache.log`,
      `coredump_dir ${dir}`,
      'pid_filename none',
      'netdb_filename none',
      'pinger_enable off',
      'shutdown_lifetime 0 seconds',
      ...(isRoot() ? ['cache_effective_user nobody', 'cache_effective_group nogroup'] : []),
      '',
    ].join('\n'),
  );
  await untilAccepting(port, group.start(program, ['-N', '-f', config]));
  return port;
}

function writeTls(dir: string, pki: Pki): { cert: string; key: string; authority: string } {
  const authority = join(dir, 'ca.crt');
  writeFileSync(authority, pki.ca.cert);
  return { ...writeIdentity(dir, 'edge', pki.edge), authority };
}

/** Programs that give up root must still be able to write here. */
function folderOf(group: ProgramGroup, name: string): string {
  const dir = join(group.folder, name);
  mkdirSync(dir);
  if (isRoot()) {
    chmodSync(group.folder, 0o711);
    chmodSync(dir, 0o777);
  }
  return dir;
}

/** A program that ends before it listens says why. */
async function untilAccepting(port: number, program: Program): Promise<void> {
  const life = { end: '' };
  void program.ended.then(({ code, stderr }) => (life.end = `ended with ${code}: ${stderr}`));
  for (;;) {
    if (life.end !== '') throw new Error(life.end);
    const socket = connect({ port, host: '127.0.0.1' });
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // Not listening yet; the hook's own limit ends the wait.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}

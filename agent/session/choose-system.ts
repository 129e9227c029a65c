// Which proxy setting is this person's: by platform, by desktop, and by the tools that are there.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { OpenGsaError } from '../../protocol/error.ts';
import type { SystemKind } from '../core/saved-proxy.ts';
import { createEnvironmentFiles } from './environment-file.ts';
import { createGnomeProxy, gsettingsPath } from './gnome.ts';
import { createKdeProxy, kdeToolsVersion } from './kde.ts';
import { createMacosProxy } from './macos.ts';
import type { SystemProxy } from './system-proxy.ts';
import { createWindowsProxy } from './windows.ts';

type Machine = {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
};

/** Desktops that keep the proxy where GNOME does. */
const gnomeLike = /gnome|unity|cinnamon|mate|xfce|budgie|pantheon|pop|cosmic/i;

/** XDG_CURRENT_DESKTOP names the desktop and what it is like, by colons. Without a desktop, only variables are followed. */
export function chooseSystem({ platform, environment, exists }: Machine): SystemKind {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  const desktop = environment.XDG_CURRENT_DESKTOP ?? '';
  if (/kde/i.test(desktop) && kdeToolsVersion(exists) !== null) return 'kde';
  if (gnomeLike.test(desktop) && exists(gsettingsPath)) return 'gnome';
  return 'environment';
}

/** @throws OpenGsaError `not-found` where the tools of `kind` are not installed, `bad-usage` on another platform */
export function openSystem(kind: SystemKind, machine: Machine = thisMachine()): SystemProxy {
  const { environment, platform, exists } = machine;
  const home = platform === 'win32' ? 'win32' : platform === 'darwin' ? 'darwin' : 'linux';
  const needed = kind === 'windows' ? 'win32' : kind === 'macos' ? 'darwin' : 'linux';
  if (home !== needed && kind !== 'environment') {
    throw new OpenGsaError('bad-usage', `there is no ${kind} proxy setting on this platform (${platform})`);
  }
  switch (kind) {
    case 'gnome':
      if (!exists(gsettingsPath)) throw missing(gsettingsPath, 'libglib2.0-bin');
      return createGnomeProxy(environment);
    case 'kde': {
      const version = kdeToolsVersion(exists);
      if (version === null)
        throw missing('kreadconfig and kwriteconfig', 'libkf6config-bin or libkf5config-bin');
      return createKdeProxy(environment, version);
    }
    case 'environment':
      return createEnvironmentFiles(environment.HOME ?? homedir(), environment);
    case 'macos':
      return createMacosProxy();
    case 'windows':
      return createWindowsProxy(environment);
  }
}

export function thisMachine(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Machine {
  return { platform: process.platform, environment, exists: existsSync };
}

function missing(what: string, neededPackage: string): OpenGsaError {
  return new OpenGsaError('not-found', `${what} is not installed: install the package ${neededPackage}`);
}

// Electron's `powerMonitor`: sleep, wake and locked screens, which tests raise.
import { StrictEmitter } from './strict.ts';

class PowerMonitor extends StrictEmitter {
  constructor() {
    super('powerMonitor', [
      'lock-screen',
      'on-ac',
      'on-battery',
      'resume',
      'shutdown',
      'suspend',
      'unlock-screen',
      'user-did-become-active',
      'user-did-resign-active',
    ]);
  }
}

export const powerMonitor = new PowerMonitor();

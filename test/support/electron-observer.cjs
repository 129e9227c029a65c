// Loaded into a real Electron before the app: keeps what Electron does not tell about icons, messages, links and dialogs.
const { Notification, Tray, dialog, shell } = require('electron');

const observed = {
  trays: [],
  notifications: [],
  openedLinks: [],
  dialogs: { prepared: [], waiting: [] },
  entries,
  answerDialog(answer) {
    const next = observed.dialogs.waiting.shift();
    if (next === undefined) observed.dialogs.prepared.push(answer);
    else next(answer);
  },
};
globalThis.electronObserved = observed;

after(Tray.prototype, 'setImage', (tray, image) => {
  trayOf(tray).icon = typeof image === 'string' ? image : null;
});
after(Tray.prototype, 'setToolTip', (tray, text) => {
  trayOf(tray).tooltip = text;
});
after(Tray.prototype, 'setTitle', (tray, text) => {
  trayOf(tray).title = text;
});
after(Tray.prototype, 'setContextMenu', (tray, menu) => {
  trayOf(tray).menu = menu;
});
after(Notification.prototype, 'show', (notification) => observed.notifications.push(notification));

// The person's own programs stay closed, and nobody is there to answer.
shell.openExternal = async (url) => void observed.openedLinks.push(url);
dialog.showSaveDialog = async () => {
  const { file } = await answer();
  return { canceled: file === null, filePath: file ?? '' };
};
dialog.showOpenDialog = async () => {
  const { files } = await answer();
  return { canceled: files.length === 0, filePaths: files };
};
dialog.showMessageBox = async () => {
  const { button, checked = false } = await answer();
  return { response: button, checkboxChecked: checked };
};

function answer() {
  const { prepared, waiting } = observed.dialogs;
  return prepared.length > 0
    ? Promise.resolve(prepared.shift())
    : new Promise((resolve) => waiting.push(resolve));
}

function trayOf(tray) {
  const known = observed.trays.find((entry) => entry.tray === tray);
  if (known !== undefined) return known;
  const entry = { tray, icon: null, tooltip: '', title: '', menu: null };
  observed.trays.push(entry);
  return entry;
}

function after(prototype, method, observe) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    const result = original.apply(this, args);
    observe(this, ...args);
    return result;
  };
}

/** A menu as plain values. */
function entries(menu) {
  return (menu?.items ?? []).map((item) => ({
    id: item.id ?? null,
    label: item.label,
    type: item.type,
    enabled: item.enabled,
    visible: item.visible,
    checked: item.checked,
    role: item.role ?? null,
    accelerator: item.accelerator ?? null,
    submenu: item.submenu ? entries(item.submenu) : null,
  }));
}

// The tabs of the diagnostics window, in their order. Apart from the schemas, which a page does not load.
export const diagnosticsTabs = [
  'source-address',
  'overview',
  'health-check',
  'forwarding-profile',
  'hostname-acquisition',
  'traffic',
  'log-collection',
] as const;
export type DiagnosticsTab = (typeof diagnosticsTabs)[number];

/**
 * Keeps the pages at hand, so that a screen that is switched on while the service is away says so rather than showing the
 * browser's own error. Browsers allow it over https and on the machine itself; elsewhere nothing happens.
 */
export function keepShell(): void {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (serviceWorker === undefined) return;
  serviceWorker.register(new URL('sw.js', location.href).href).catch(() => undefined);
}

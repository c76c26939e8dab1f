import { resolve } from 'node:path';
import { cloudflare } from '@cloudflare/vite-plugin';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export default defineConfig(({ command }) => {
  if (command === 'build') keepSecretsOut();
  return config;
});

/**
 * The Cloudflare plugin copies secrets it finds in the environment into a file in dist/, for `vite preview`, and warns
 * of those it does not find. A build has no business with either.
 */
function keepSecretsOut(): void {
  delete process.env.SESSION_KEY;
  delete process.env.SETUP_TOKEN;
  process.env.WRANGLER_LOG ??= 'error';
}

/**
 * Without preloads and sheets there is nothing left for Vite's loader of scripts to do but to be a KiB of the first
 * load. This makes `import()` what it is in the browser.
 */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) =>
      id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : null,
  };
}

/** What connects, and what only it needs. */
const LINK = [
  'storage/site-(link|network)',
  'sync/(backoff|conversation|exchanger|hand-over|health|http-exchange|inbox|link|link-state|pace|presence)',
  'sync/(receipts|seen-reports|sync-now|web-socket|wire)',
  'protocol/(parse-down|retry-after|snapshot|token-bucket)',
];

const config: UserConfig = {
  root: 'app',
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    sourcemap: false,
    modulePreload: false,
    // One sheet, and so nothing but scripts to load with a script.
    cssCodeSplit: false,
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files before the first screen: the page, what a signed-in person needs, and the screen itself.
            codeSplitting: {
              groups: [
                { name: 'start', tags: ['$initial'], priority: 7 },
                // Connects, once the board is shown.
                {
                  name: 'link',
                  test: new RegExp(`/(${LINK.join('|')})\\.ts$`),
                  priority: 6,
                  includeDependenciesRecursively: false,
                },
                { name: 'icons', test: /Icon\.tsx$/, priority: 6 },
                {
                  name: 'site',
                  test: /[\\/]app[\\/]site\.ts$|(Tally|CarNumber|CarState)\.tsx$/,
                  priority: 5,
                },
                { name: 'board', test: /BoardScreen\.tsx$/, priority: 4 },
                { name: 'keypad', test: /(FindPanel|KeypadScreen)\.tsx$/, priority: 4 },
                { name: 'door', test: /[\\/]sign-in[\\/](SignInScreen|Door)\.tsx$/, priority: 4 },
                // Few files after it, too: a service worker fetches each of them once, over a dock's Wi-Fi.
                {
                  name: 'sheets',
                  test: /[\\/]views[\\/]((car|pill|sheets|tray)[\\/]|shell[\\/]Opened)/,
                  priority: 3,
                },
                { name: 'kiosk', test: /[\\/]app[\\/](kiosk\.tsx|views[\\/]kiosk[\\/])/, priority: 2 },
                { name: 'screens', test: /[\\/]app[\\/](views|messages|state)[\\/]/, priority: 1 },
              ],
            },
          },
        },
      },
    },
  },
  plugins: [
    plainImports(),
    cloudflare({
      configPath: '../wrangler.jsonc',
      persistState: { path: resolve(import.meta.dirname, process.env.STATE_DIR || '.wrangler/state') },
    }),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: '.',
      filename: 'sw.ts',
      registerType: 'prompt',
      // Its default puts a second, unused registration script into the upload.
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png,woff2}'] },
      // They are in the pattern above already; twice in the precache is a conflict.
      includeManifestIcons: false,
      manifest: {
        name: 'Yardboard',
        short_name: 'Yardboard',
        description: 'The live board of package cars.',
        id: '/',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#0f1419',
        theme_color: '#0f1419',
        icons: [
          { src: '/icon.svg', type: 'image/svg+xml', sizes: 'any' },
          { src: '/icon-192.png', type: 'image/png', sizes: '192x192' },
          { src: '/icon-512.png', type: 'image/png', sizes: '512x512' },
          { src: '/icon-maskable-512.png', type: 'image/png', sizes: '512x512', purpose: 'maskable' },
        ],
      },
    }),
  ],
};

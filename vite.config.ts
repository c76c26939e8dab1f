import { resolve } from 'node:path';
import { cloudflare } from '@cloudflare/vite-plugin';
import { defineConfig, type UserConfig } from 'vite';
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

const config: UserConfig = {
  root: 'app',
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    sourcemap: false,
    // Every browser with the rest of what the app needs has it.
    modulePreload: { polyfill: false },
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files before the first screen: the page, and what a signed-in person needs.
            codeSplitting: {
              groups: [
                { name: 'start', tags: ['$initial'], priority: 3 },
                { name: 'icons', test: /Icon\.tsx$/, priority: 2 },
                { name: 'board', test: /[\\/]app[\\/]site\.ts$/, priority: 1 },
              ],
            },
          },
        },
      },
    },
  },
  plugins: [
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

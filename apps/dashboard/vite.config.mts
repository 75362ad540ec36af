import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Where `vite` (the development server) finds a running control plane. */
const controlPlane = process.env.HEDDLE_URL ?? 'http://127.0.0.1:4002';

export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  resolve: { alias: { '@heddle/domain': fileURLToPath(new URL('../../libs/domain/src', import.meta.url)) } },
  // No plugin for React: the transform of TSX with the automatic runtime is all that is needed.
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    // Everything is a file of this origin, so that the page can do without `data:` and inline code (see README.md).
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kB before compression. The graph is loaded after the page stands, and is the largest part.
    chunkSizeWarningLimit: 450,
    rolldownOptions: {
      // `"use client"` speaks to frameworks that render on a server; here there is none.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  server: { proxy: { '/api': controlPlane, '/networking': controlPlane } },
});

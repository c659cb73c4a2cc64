import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The bundler reads `app/tsconfig.json`: it stands alone, so that the folder can be built where the rest of the repository is not, as in an image.
 * The console is served under a policy of `default-src 'self'`: nothing is inlined, neither scripts nor small files.
 */
export default defineConfig({
  root: import.meta.dirname + '/app',
  plugins: [react()],
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
});

/** How the element's tests run: all of them in a DOM. */

import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/__tests__/**/*.test.ts'],
    environment: 'jsdom',
    environmentOptions: {jsdom: {url: 'https://book.example/chapters/one'}},
    restoreMocks: true,
  },
});

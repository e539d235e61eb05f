import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{harness,devices,fixtures,reports,bin}/**/*.test.ts'],
    // Workers of ours (scrypt, vision) live inside a test's process: forks keep them apart.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

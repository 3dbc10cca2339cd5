// The client of the control API, from its document. Nothing of it needs a package at run time.
import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: '../../../openapi/control/openapi.yaml',
  output: { path: 'src/main/generated', module: { extension: '.js' } },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
  logs: { file: false },
})

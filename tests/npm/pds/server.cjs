// The reference Bluesky server on loopback, and the directory of identities (PLC) that it needs, kept in memory.
// PORT and DATA_DIR say where; it prints {"pds": URL} when it is up, and ends on SIGTERM.
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const path = require('path')
const plc = require('@did-plc/lib')
const { cidForCbor } = require('@atproto/common')
const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')

// did -> its operations, each checked against the ones before it, as the real directory does.
const operations = new Map()

async function directory(request, response) {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const found = decodeURIComponent(request.url).match(/^\/(did:plc:[a-z2-7]+)(\/.*)?$/)
  if (!found) return answer(404, { message: 'no such path' })
  const [, did, view] = found
  const known = operations.get(did) || []
  if (request.method === 'POST') {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const operation = JSON.parse(Buffer.concat(chunks))
    try {
      await plc.assureValidNextOp(did, known, operation)
    } catch (error) {
      return answer(400, { message: String(error) })
    }
    const entry = { did, operation, cid: await cidForCbor(operation), nullified: false, createdAt: new Date() }
    operations.set(did, [...known, entry])
    return answer(200, {})
  }
  if (!known.length) return answer(404, { message: 'DID not registered' })
  const last = known[known.length - 1].operation
  const data = plc.opToData(did, last)
  if (view === '/data') return answer(200, data)
  if (view === '/log/last') return answer(200, last)
  if (view === '/log') return answer(200, known.map((entry) => entry.operation))
  return answer(200, plc.formatDidDoc(data))
}

async function main() {
  const identities = http.createServer(directory)
  await new Promise((ready) => identities.listen(0, '127.0.0.1', ready))
  const folder = process.env.DATA_DIR
  const port = process.env.PORT
  fs.mkdirSync(path.join(folder, 'blobs'), { recursive: true })
  Object.assign(process.env, {
    PDS_PORT: port,
    PDS_HOSTNAME: 'localhost',
    PDS_DATA_DIRECTORY: folder,
    PDS_BLOBSTORE_DISK_LOCATION: path.join(folder, 'blobs'),
    PDS_DID_PLC_URL: `http://127.0.0.1:${identities.address().port}`,
    PDS_DEV_MODE: 'true',
    PDS_INVITE_REQUIRED: 'false',
    PDS_SERVICE_HANDLE_DOMAINS: '.test',
    PDS_DISABLE_SSRF_PROTECTION: 'true',
    PDS_RATE_LIMITS_ENABLED: 'false',
    PDS_CRAWLERS: '',
    LOG_ENABLED: 'false',
    PDS_JWT_SECRET: crypto.randomBytes(16).toString('hex'),
    PDS_ADMIN_PASSWORD: crypto.randomBytes(16).toString('hex'),
    PDS_DPOP_SECRET: crypto.randomBytes(32).toString('hex'),
    PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: crypto.randomBytes(32).toString('hex'),
  })
  const env = readEnv()
  const pds = await PDS.create(envToCfg(env), envToSecrets(env))
  await pds.start()
  console.log(JSON.stringify({ pds: `http://127.0.0.1:${port}` }))
  process.on('SIGTERM', async () => {
    await pds.destroy()
    identities.close()
    process.exit(0)
  })
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})

// A JSON list of texts on standard input -> the JSON list of their weighted lengths, as X's own library counts them.
'use strict'
const { parseTweet } = require('twitter-text')

let given = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (chunk) => { given += chunk })
process.stdin.on('end', () => {
  const lengths = JSON.parse(given).map((text) => parseTweet(text).weightedLength)
  process.stdout.write(JSON.stringify(lengths))
})

// node server.cjs <folder of the package cors> <source of its options>: a server on a port that it prints, for
// express_test.go. Express's middleware needs no Express.
const [dir, source] = process.argv.slice(2)
const cors = require(require('path').resolve(dir))
const known = new Set(['https://app.example.com', 'https://x.preview.example.com'])
const middleware = cors(eval(`({${source}})`))
const server = require('http').createServer((req, res) => {
  middleware(req, res, () => {
    for (const name of ['X-Reached', 'X-Request-Id', 'X-Total', 'Link']) res.setHeader(name, '1')
    res.end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(String(server.address().port))))
process.stdin.on('end', () => process.exit()).resume()
